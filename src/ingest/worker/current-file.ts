const HEADER_BYTES = 16;
const MAX_SOURCE_BYTES = 4096;

/**
 * The file that a worker is reading, in memory shared with the thread that watches it: still there when the worker
 * has died of that file or hangs in it.
 *
 *   Int32 0  turn: rises with every change     Int32 1  bytes of the source, 0 for none     then: the source, UTF-8
 */
export class CurrentFile {
  readonly memory: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(memory = new SharedArrayBuffer(HEADER_BYTES + MAX_SOURCE_BYTES)) {
    this.memory = memory;
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#bytes = new Uint8Array(memory, HEADER_BYTES);
  }

  set(source: string | undefined): void {
    const encoded = Buffer.from(source ?? '').subarray(0, MAX_SOURCE_BYTES);
    this.#bytes.set(encoded);
    Atomics.store(this.#header, 1, encoded.length);
    Atomics.add(this.#header, 0, 1);
  }

  /** Equal turns: still in the same file. */
  get turn(): number {
    return Atomics.load(this.#header, 0);
  }

  /** To be read when the worker stands still. */
  get source(): string | undefined {
    const length = Atomics.load(this.#header, 1);
    return length === 0 ? undefined : Buffer.from(this.#bytes.slice(0, length)).toString('utf8');
  }
}

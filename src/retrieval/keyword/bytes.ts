/** A byte array that grows by doubling; the writer of every variable-length part of a segment. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacityBytes = 1024) {
    this.#bytes = new Uint8Array(Math.max(16, capacityBytes));
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** An unsigned integer below 2^32, 7 bits a byte, low bits first. */
  varint(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A term hash: 4 low bytes, then 3 high bytes. */
  hash(value: number): void {
    this.#reserve(7);
    const low = value >>> 0;
    const high = Math.floor(value / 2 ** 32);
    for (let shift = 0; shift < 32; shift += 8) this.#bytes[this.#length++] = low >>> shift;
    for (let shift = 0; shift < 24; shift += 8) this.#bytes[this.#length++] = high >>> shift;
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What was written, as a view that the next write may change. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.view());
    this.#bytes = larger;
  }
}

/** Reads what ByteWriter wrote. Reading past the end gives zeros and sets `overrun`; it never throws or loops. */
export class ByteReader {
  #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = Math.min(end, bytes.length);
  }

  get position(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  get overrun(): boolean {
    return this.#at > this.#end;
  }

  byte(): number {
    const at = this.#at++;
    return at < this.#end ? this.#bytes[at]! : 0;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value >>> 0;
  }

  hash(): number {
    const low = this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24);
    const high = this.byte() | (this.byte() << 8) | (this.byte() << 16);
    return high * 2 ** 32 + (low >>> 0);
  }
}

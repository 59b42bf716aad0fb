import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/**
 * One kept-alive connection that sends the same request over and over. A client that parses and allocates takes more
 * time than a server that only sends, and would make every server look alike.
 */
export class RawConnection {
  readonly #socket: Socket;
  readonly #request: Buffer;
  #received: Buffer = Buffer.alloc(0);
  #done: ((error?: Error) => void) | undefined;

  private constructor(socket: Socket, request: Buffer) {
    this.#socket = socket;
    this.#request = request;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', (error) => this.#done?.(error));
    socket.on('close', () => this.#done?.(new Error('the server closed the connection')));
  }

  static async open(url: string, body: string): Promise<RawConnection> {
    const { hostname, port, host } = new URL(url);
    const head = [
      'POST /v1/chat/completions HTTP/1.1',
      `host: ${host}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket, Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`));
  }

  /** Resolves when the whole answer is here. Rejects unless it is a 200. */
  ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#done = (error) => {
        this.#done = undefined;
        if (error) reject(error);
        else resolve();
      };
      this.#socket.write(this.#request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0 || !this.#isWhole(headEnd)) return;
    const status = this.#received.toString('latin1', 9, 12);
    this.#received = Buffer.alloc(0);
    this.#done?.(status === '200' ? undefined : new Error(`the server answered ${status}`));
  }

  #isWhole(headEnd: number): boolean {
    const head = this.#received.toString('latin1', 0, headEnd).toLowerCase();
    const length = /content-length: (\d+)/.exec(head)?.[1];
    if (length !== undefined) return this.#received.length >= headEnd + HEAD_END.length + Number(length);
    return this.#received.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
  }
}

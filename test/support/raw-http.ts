import { connect, type Socket } from 'node:net';

/** What a plain TCP client saw of one HTTP exchange. */
export interface RawReply {
  /** Everything that arrived, head and body framing included. */
  readonly text: string;
  /** The chunks of a chunked body, as they were cut. */
  readonly chunks: readonly Buffer[];
  /** How it ended: the last chunk came, the other side closed before it, or nothing came for `quietMs`. */
  readonly end: 'complete' | 'closed' | 'silent';
}

export interface RawOptions {
  readonly path: string;
  readonly body: unknown;
  /** How long nothing must come until the exchange counts as silent. Default 20,000: for replies that must end. */
  readonly quietMs?: number;
}

/** Sends one request over a socket of its own and reads what comes, without any HTTP library in between. */
export function rawPost(url: string, { path, body, quietMs = 20_000 }: RawOptions): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(url);
    const received: Buffer[] = [];
    const finish = (closed: boolean): void => {
      clearTimeout(quiet);
      socket.destroy();
      const bytes = Buffer.concat(received);
      const { chunks, isComplete } = readChunks(bytes);
      resolve({
        text: bytes.toString('utf8'),
        chunks,
        end: isComplete ? 'complete' : closed ? 'closed' : 'silent',
      });
    };
    const quiet = setTimeout(() => finish(false), quietMs);
    socket.on('data', (bytes) => {
      quiet.refresh();
      received.push(bytes);
      if (isWhole(received, bytes)) finish(false);
    });
    socket.on('close', () => finish(true));
    socket.on('error', reject);
    socket.write(requestText(path, JSON.stringify(body)));
  });
}

/** Looks closely only where it is cheap: at the end of a chunked body, and at small replies. */
function isWhole(received: readonly Buffer[], last: Buffer): boolean {
  if (last.subarray(-5).toString() === '0\r\n\r\n') return true;
  return received.length === 1 && readChunks(last).isComplete;
}

export function openSocket(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port), noDelay: true });
}

export function requestText(path: string, body: string): string {
  const length = Buffer.byteLength(body);
  return `POST ${path} HTTP/1.1\r\nhost: mock\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

function readChunks(bytes: Buffer): { chunks: Buffer[]; isComplete: boolean } {
  const chunks: Buffer[] = [];
  let at = bytes.indexOf('\r\n\r\n') + 4;
  if (at < 4 || !/transfer-encoding: chunked/i.test(bytes.toString('latin1', 0, at)))
    return { chunks, isComplete: at >= 4 && hasWholeBody(bytes, at) };
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + length;
    if (!(end + 2 <= bytes.byteLength)) return { chunks, isComplete: false };
    if (length === 0) return { chunks, isComplete: true };
    chunks.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}

function hasWholeBody(bytes: Buffer, bodyAt: number): boolean {
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, bodyAt))?.[1];
  return length !== undefined && bytes.byteLength - bodyAt >= Number(length);
}

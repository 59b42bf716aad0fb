import type { IncomingMessage } from 'node:http';
import { NaraeError } from '../../core/index.js';

const BODY_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Gives the request's JSON body to `done`, or the failure: `invalid_json` or `body_too_large`. Callbacks in place of
 * promises: most bodies are one chunk, and are answered within its turn of the event loop.
 * A client that leaves before its body is complete is never heard of.
 */
export function readJson(request: IncomingMessage, done: (result: JsonResult) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on('end', () => done(bytes > BODY_LIMIT_BYTES ? { error: tooLarge() } : parse(chunks)));
}

export type JsonResult = { readonly body: unknown } | { readonly error: NaraeError };

function parse(chunks: readonly Buffer[]): JsonResult {
  const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  try {
    return { body: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it cannot be parsed';
    return { error: new NaraeError('invalid_json', { values: { reason }, cause }) };
  }
}

function tooLarge(): NaraeError {
  const values = { limitBytes: BODY_LIMIT_BYTES, key: 'nothing: the limit of the mock is fixed' };
  return new NaraeError('body_too_large', { values });
}

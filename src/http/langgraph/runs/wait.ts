import type { FastifyReply } from 'fastify';
import type { SseWriter, SseWriters, StreamForm } from '../../sse/index.js';
import { errorData } from './result.js';

/** White space before the body, which JSON allows. */
const FORM: StreamForm = { contentType: 'application/json; charset=utf-8', heartbeat: '\n' };

/** A result that takes longer than this is sent in pieces. */
const WHOLE_MS = 10_000;

/**
 * Answers with a result when it is there. While it is long in coming, white space goes ahead of it, so that nobody on
 * the way takes the silence for death; a failure is then told in the body.
 */
export async function sendResult(
  result: Promise<unknown>,
  reply: FastifyReply,
  writers: SseWriters,
  wholeMs = WHOLE_MS,
): Promise<unknown> {
  let writer: SseWriter | undefined;
  const timer = setTimeout(() => {
    writer = writers.open(reply, FORM);
    writer.write('\n');
  }, wholeMs);
  try {
    const value = await result;
    if (writer === undefined) return value;
    writer.end(JSON.stringify(value));
  } catch (thrown) {
    if (writer === undefined) throw thrown;
    writer.end(JSON.stringify({ __error__: errorData(thrown).json }));
  } finally {
    clearTimeout(timer);
  }
  return reply;
}

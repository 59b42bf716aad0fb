import type { FastifyRequest } from 'fastify';
import { AnswerCollector } from '../../answer/index.js';
import type { AnswerFlow, AnswerStream } from '../../answer/spec.js';
import type { EventSink } from '../../observe/index.js';
import type { App } from '../app.js';
import { clientSignal } from '../client-signal.js';
import { formatServerTiming } from '../server-timing.js';
import { defaultSseOptions, type SseOptions, SseWriters } from '../sse.js';
import { ChatEncoder } from './chat-encoder.js';
import { completionJson } from './chat-json.js';
import { toAnswerRequest } from './chat-request.js';
import { sendChat } from './chat-sink.js';
import { ChatBody } from './schema.js';

export interface ChatRouteParts {
  readonly flow: AnswerFlow;
  readonly emit: EventSink;
  readonly defaultCollection: string;
  /** Passages to consider when a request does not say. */
  readonly defaultK: number;
  readonly sse?: SseOptions;
}

const CHAT_SCHEMA = {
  tags: ['openai'],
  summary: 'Answer from a collection’s passages, streaming or not',
  body: ChatBody,
};

/** `POST /v1/chat/completions`. */
export async function chatRoutes(app: App, parts: ChatRouteParts): Promise<void> {
  const { flow, defaultCollection: collection, defaultK: k } = parts;
  const sse = parts.sse ?? defaultSseOptions;
  const writers = new SseWriters(sse);
  app.post('/v1/chat/completions', { schema: CHAT_SCHEMA }, async (request, reply) => {
    const { body, id: requestId, tenant } = request;
    const stream = flow.answer(
      toAnswerRequest(body, { requestId, tenant, collection, k }),
      clientSignal(reply),
    );
    const address = addressOf(request);
    if (!body.stream) {
      const answer = await collect(stream);
      Object.assign(request.timings, stream.timings);
      return completionJson(answer, requestId, address);
    }
    await readyOrSlow(stream, sse.heartbeatMs);
    reply.header('server-timing', formatServerTiming(stream.timings, request.receivedAtMs));
    const includeUsage = body.stream_options?.include_usage === true;
    const encoder = new ChatEncoder({ requestId, includeUsage, address });
    await sendChat(stream, { encoder, writer: writers.open(reply), reply, emit: parts.emit });
    return reply;
  });
}

async function collect(stream: AnswerStream) {
  const collector = new AnswerCollector();
  for await (const batch of stream.parts) for (const part of batch) collector.add(part);
  return collector.answer();
}

/**
 * Waits for the first text, so that a failure before it has a real status; but not so long that a proxy takes the
 * silence for a dead server. After that a failure is told in the stream.
 */
function readyOrSlow({ ready }: AnswerStream, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, limitMs);
    ready.then(resolve, reject).then(() => clearTimeout(timer));
  });
}

/** Where the client reached us, so that the links of citations lead back here. */
export function addressOf(request: FastifyRequest): string {
  return request.host === '' ? '' : `${request.protocol}://${request.host}`;
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Conversations, collectBatches, type KeptAnswer } from '../../answer/index.js';
import type { AnswerFlow, AnswerRequest, AnswerStream } from '../../answer/spec.js';
import type { EventSink } from '../../observe/index.js';
import type { App } from '../app.js';
import { clientSignal } from '../client-signal.js';
import { formatServerTiming } from '../server-timing.js';
import { defaultSseOptions, type SseOptions, SseWriters } from '../sse/index.js';
import { threadFields } from '../thread-fields.js';
import { ChatEncoder } from './chat-encoder.js';
import { completionJson } from './chat-json.js';
import { toAnswerRequest } from './chat-request.js';
import { sendChat } from './chat-sink.js';
import type { RunPlace } from './extension.js';
import { KeptBodies } from './kept-bodies.js';
import { RECALL_HEADER, recallHeader } from './recall-header.js';
import { ChatBody } from './schema.js';

export interface ChatRouteParts {
  readonly flow: AnswerFlow;
  readonly conversations: Conversations;
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
  const { flow, emit, defaultCollection: collection, defaultK: k, sse = defaultSseOptions } = parts;
  const tools: ReplyTools = { sse, emit, writers: new SseWriters(sse), bodies: new KeptBodies() };
  app.post('/v1/chat/completions', { schema: CHAT_SCHEMA }, (request, reply) => {
    const { body, id: requestId, tenant } = request;
    const cacheControl = request.headers['cache-control'];
    const asked = toAnswerRequest(body, { requestId, tenant, collection, k, cacheControl });
    const to = { request, reply, body, address: addressOf(request) };
    if (namesThread(body)) return sendFromThread(asked, to, parts, tools);
    const stream = flow.answer(asked, clientSignal(reply));
    // Nothing is returned for Fastify to wait for: the reply is on its way.
    if (stream.kept !== undefined) return void sendKept(stream.kept, stream, to, tools);
    return body.stream ? sendStream(stream, to, tools) : sendWhole(stream, to);
  });
}

interface ReplyTools {
  readonly sse: SseOptions;
  readonly emit: EventSink;
  readonly writers: SseWriters;
  readonly bodies: KeptBodies;
}

interface Asking {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly body: ChatBody;
  /** Of this server, as the client reached it. */
  readonly address: string;
  /** Of an answer on a thread. */
  readonly place?: RunPlace;
}

function namesThread({ thread_id, narae }: ChatBody): boolean {
  return thread_id != null || narae?.thread_id !== undefined;
}

/** On a conversation that the server keeps. */
async function sendFromThread(
  request: AnswerRequest,
  to: Asking,
  { conversations }: ChatRouteParts,
  tools: ReplyTools,
) {
  const { body, reply } = to;
  const fields = { thread_id: body.thread_id ?? undefined, ...body.narae };
  const question = { request, ...threadFields(fields) };
  const { run, stream } = await conversations.answer(question, clientSignal(reply));
  reply.header('content-location', `/chat/stream/${run.id}`);
  const onThread = { ...to, place: { thread: run.thread, run: run.id } };
  return body.stream ? sendStream(stream, onThread, tools) : sendWhole(stream, onThread);
}

/** An answer that was in memory: nothing is waited for, and its body may be there already. */
function sendKept(kept: KeptAnswer, stream: AnswerStream, to: Asking, { writers, bodies }: ReplyTools): void {
  const { request, reply, body, address } = to;
  reply.header(RECALL_HEADER, recallHeader(stream.recall));
  if (body.stream) {
    reply.header('server-timing', formatServerTiming(stream.timings, request.receivedAtMs));
    const kind = wantsUsage(body) ? 'events-with-usage' : 'events';
    writers.sendWhole(reply, bodies.bodyOf(kept, { kind, address }, request.id));
    return;
  }
  Object.assign(request.timings, stream.timings);
  reply.type('application/json; charset=utf-8');
  reply.send(bodies.bodyOf(kept, { kind: 'json', address }, request.id));
}

async function sendWhole(stream: AnswerStream, { request, reply, address, place }: Asking) {
  const answer = await collectBatches(stream.parts);
  Object.assign(request.timings, stream.timings);
  reply.header(RECALL_HEADER, recallHeader(stream.recall));
  return completionJson(answer, request.id, address, place);
}

async function sendStream(stream: AnswerStream, to: Asking, { sse, emit, writers }: ReplyTools) {
  const { request, reply, body, address, place } = to;
  await readyOrSlow(stream, sse.heartbeatMs);
  reply.header('server-timing', formatServerTiming(stream.timings, request.receivedAtMs));
  reply.header(RECALL_HEADER, recallHeader(stream.recall));
  const encoder = new ChatEncoder({
    requestId: request.id,
    includeUsage: wantsUsage(body),
    address,
    ...(place && { place }),
  });
  await sendChat(stream, { encoder, writer: writers.open(reply), reply, emit });
  return reply;
}

function wantsUsage({ stream_options }: ChatBody): boolean {
  return stream_options?.include_usage === true;
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

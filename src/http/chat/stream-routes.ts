import type { FastifyReply } from 'fastify';
import type { Conversations, StartedRun } from '../../answer/index.js';
import type { EventSink } from '../../observe/index.js';
import type { App } from '../app.js';
import { clientSignal } from '../client-signal.js';
import { readLastEventId } from '../last-event-id.js';
import { defaultSseOptions, type SseOptions, SseWriters } from '../sse/index.js';
import { type QuestionDefaults, toThreadQuestion } from './question.js';
import { ChatStreamBody, ResumeQuery, RunParams } from './schema.js';
import { sendRun } from './send-run.js';
import { wholeAnswer } from './whole-answer.js';

export interface ChatStreamParts extends QuestionDefaults {
  readonly conversations: Conversations;
  readonly emit: EventSink;
  readonly sse?: SseOptions;
  /** Whether an answer goes on when its client drops and the request does not say. */
  readonly onDisconnect: 'cancel' | 'continue';
}

const tags = ['chat'];

/** `POST /chat/stream`, `GET /chat/stream/{run}` and `POST /chat`. */
export async function streamRoutes(app: App, parts: ChatStreamParts): Promise<void> {
  const { conversations, emit, sse = defaultSseOptions } = parts;
  const writers = new SseWriters(sse);

  app.post(
    '/chat/stream',
    { schema: { tags, summary: 'Answer on a conversation, as events', body: ChatStreamBody } },
    async (request, reply) => {
      const started = await conversations.ask(toThreadQuestion(request, parts));
      const events = started.events(request.body.on_disconnect ?? parts.onDisconnect);
      const place = namePlace(reply, started.run);
      await sendRun(events, { place, reply, writers, emit, after: 0, failsWithStatus: true });
      return reply;
    },
  );

  app.post(
    '/chat',
    { schema: { tags, summary: 'Answer on a conversation, as one body', body: ChatStreamBody } },
    async (request, reply) => {
      const started = await conversations.ask(toThreadQuestion(request, parts));
      const events = started.events(request.body.on_disconnect ?? parts.onDisconnect);
      return wholeAnswer(events, namePlace(reply, started.run), clientSignal(reply).abortSignal);
    },
  );

  app.get(
    '/chat/stream/:run',
    { schema: { tags, summary: 'Take a stream up again', params: RunParams, querystring: ResumeQuery } },
    async (request, reply) => {
      const { tenant, params, query, headers } = request;
      const after = readLastEventId(query.last_event_id ?? headers['last-event-id']);
      const run = await conversations.runs.find(tenant, params.run);
      const onDisconnect = query.on_disconnect ?? 'continue';
      const events = conversations.runs.stream(tenant, run.thread, run.id, { after, onDisconnect });
      const place = namePlace(reply, run);
      await sendRun(events, { place, reply, writers, emit, after, failsWithStatus: false });
      return reply;
    },
  );
}

function namePlace(reply: FastifyReply, { id: run, thread }: StartedRun['run']) {
  reply.header('content-location', `/chat/stream/${run}`);
  return { thread, run };
}

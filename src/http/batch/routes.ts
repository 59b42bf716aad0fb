import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnswerFlow, AnswerOutcome } from '../../answer/spec.js';
import { toNaraeError } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { App } from '../app.js';
import { clientSignal } from '../client-signal.js';
import { errorBody } from '../errors.js';
import { addressOf } from '../openai/index.js';
import { type Readiness, whileStarting } from '../readiness.js';
import {
  defaultSseOptions,
  EVENTS,
  LINES,
  type SseWriter,
  SseWriters,
  type StreamForm,
} from '../sse/index.js';
import { tellError } from '../tell-error.js';
import { readPace, readRequests } from './read.js';
import { type ResultJson, resultJson } from './result-json.js';
import { BatchBody } from './schema.js';

export interface BatchRouteParts {
  readonly flow: AnswerFlow;
  readonly emit: EventSink;
  readonly defaultCollection: string;
  readonly defaultK: number;
  /** Longest list. */
  readonly batchMaxQuestions: number;
  readonly readiness: () => Readiness;
}

const SCHEMA = {
  tags: ['batch'],
  summary: 'Answer many questions, results as they are ready',
  body: BatchBody,
};

/** `POST /v1/batch`. */
export async function batchRoutes(app: App, parts: BatchRouteParts): Promise<void> {
  const writers = new SseWriters(defaultSseOptions);
  app.post('/v1/batch', { schema: SCHEMA }, async (request, reply) => {
    const results = resultsOf(request, request.body, parts, clientSignal(reply).abortSignal);
    if (request.body.stream === false) return collect(results, request.body);
    const form = formFor(request);
    const writer = writers.open(reply, form);
    // The first result may take a while; the client learns now that its list was accepted.
    writer.flushHead();
    await send(results, { writer, form, reply, emit: parts.emit });
    return reply;
  });
}

/** Throws what is wrong with the whole request at once, so that it has a real status. */
function resultsOf(
  request: FastifyRequest,
  body: BatchBody,
  parts: BatchRouteParts,
  signal: AbortSignal,
): AsyncGenerator<ResultJson, void, undefined> {
  const { id: requestId, tenant } = request;
  const cacheControl = request.headers['cache-control'];
  const { defaultCollection: collection, defaultK: k } = parts;
  const defaults = { requestId, tenant, collection, k, cacheControl };
  const requests = readRequests(body, defaults, parts.batchMaxQuestions);
  const outcomes = parts.flow.answerAll(requests, { ...readPace(body), signal });
  return encoded(outcomes, body, { requestId, address: addressOf(request) }, parts);
}

async function* encoded(
  outcomes: AsyncIterable<AnswerOutcome>,
  body: BatchBody,
  about: { readonly requestId: string; readonly address: string },
  { emit, readiness }: Pick<BatchRouteParts, 'emit' | 'readiness'>,
): AsyncGenerator<ResultJson, void, undefined> {
  for await (const outcome of outcomes) {
    const told =
      outcome.status === 'failed'
        ? { ...outcome, error: whileStarting(outcome.error, readiness()) }
        : outcome;
    if (told.status === 'failed') tellError(emit, told.error, `${about.requestId}.${told.index}`);
    yield resultJson(told, body, about);
  }
}

async function collect(results: AsyncIterable<ResultJson>, { questions, requests }: BatchBody) {
  const inOrder = new Array<ResultJson>((questions ?? requests ?? []).length);
  const count = { answered: 0, failed: 0 };
  for await (const result of results) {
    inOrder[result.index] = result;
    count[result.status]++;
  }
  return { results: inOrder, ...count };
}

function formFor({ headers }: FastifyRequest): StreamForm {
  return headers.accept?.includes('text/event-stream') ? EVENTS : LINES;
}

function encode(object: object, form: StreamForm): string {
  const json = JSON.stringify(object);
  return form === EVENTS ? `data: ${json}\n\n` : `${json}\n`;
}

interface Sending {
  readonly writer: SseWriter;
  readonly form: StreamForm;
  readonly reply: FastifyReply;
  readonly emit: EventSink;
}

/** Whatever cuts a stream off, the counting line at its end is missing or says so. */
async function send(results: AsyncIterable<ResultJson>, to: Sending): Promise<void> {
  const { writer, form, emit } = to;
  const { raw, request } = to.reply;
  const count = { answered: 0, failed: 0 };
  try {
    for await (const result of results) {
      count[result.status]++;
      const behind = writer.write(encode(result, form));
      if (behind !== undefined) await behind;
      if (raw.destroyed) return;
    }
    writer.end(encode({ status: 'complete', ...count }, form));
  } catch (thrown) {
    if (raw.destroyed) return;
    const error = toNaraeError(thrown, request.id);
    tellError(emit, error, request.id);
    writer.end(encode({ status: 'cut-off', ...errorBody(error), ...count }, form));
  }
}

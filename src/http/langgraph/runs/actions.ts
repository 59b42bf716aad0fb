import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientSignal } from '../../client-signal.js';
import { readLastEventId } from '../../last-event-id.js';
import { SseWriters } from '../../sse/index.js';
import { refuseFields, texts, unsupported } from '../fields.js';
import type { GraphPlace, GraphStreamMode, ServedGraph } from '../graph.js';
import type { LangGraphParts } from '../parts.js';
import { selectFields } from '../select.js';
import { type RunBody, readModes } from './body.js';
import { RunEncoder } from './encode.js';
import { type CancelManyBody, isOn, type JoinQuery, type ListQuery, REFUSED_QUERY } from './requests.js';
import { resultOf } from './result.js';
import { isLive, runJson } from './run-json.js';
import type { BegunRun } from './start.js';
import { BEAT_MS, sendRun } from './stream.js';
import { sendResult } from './wait.js';

/** What the routes of runs do. */
export class RunActions {
  readonly #parts: LangGraphParts;
  readonly #writers: SseWriters;

  constructor(parts: LangGraphParts) {
    this.#parts = parts;
    this.#writers = new SseWriters({ ...parts.sse, heartbeatMs: BEAT_MS });
  }

  async list(place: GraphPlace, { limit = 10, offset = 0, status, select }: ListQuery) {
    const { threads, runs } = this.#parts;
    await threads.load(place.tenant, place.thread, { lastTurns: 0 });
    const found = await runs.list(place.tenant, place.thread, { limit, offset, ...(status && { status }) });
    return found.map((run) => selectFields(runJson(run), texts(select)));
  }

  created(begun: BegunRun, reply: FastifyReply) {
    nameRun(reply, begun, begun.info.id);
    return runJson(begun.info);
  }

  streamed(begun: BegunRun, body: RunBody, reply: FastifyReply) {
    const cancels = body.on_disconnect === 'cancel';
    return this.#send(begun, begun.info.id, { reply, after: 0, isNew: true, cancels, modes: undefined });
  }

  async waited(begun: BegunRun, body: RunBody, reply: FastifyReply) {
    const { graph, info, removeThread } = begun;
    nameRun(reply, begun, info.id);
    try {
      return await this.#result(begun, graph, info.id, reply, body.on_disconnect === 'cancel');
    } finally {
      removeThread?.();
    }
  }

  async join(place: GraphPlace, run: string, reply: FastifyReply, cancels: boolean) {
    const { threads, graphs } = this.#parts;
    const { info } = await threads.load(place.tenant, place.thread, { lastTurns: 0 });
    return this.#result(place, graphs.ofThread(info), run, reply, cancels);
  }

  async follow(place: GraphPlace, run: string, request: FastifyRequest, reply: FastifyReply) {
    const query = request.query as JoinQuery;
    refuseFields(query, REFUSED_QUERY);
    const after = readLastEventId(request.headers['last-event-id']);
    const modes = query.stream_mode === undefined ? undefined : readModes(query.stream_mode);
    await this.#parts.runs.get(place.tenant, place.thread, run);
    const cancels = isOn(query.cancel_on_disconnect);
    return this.#send(place, run, { reply, after, isNew: false, cancels, modes });
  }

  async cancelMany(
    tenant: string,
    { thread_id: thread, run_ids: ids, status }: CancelManyBody,
    action: 'interrupt' | 'rollback',
  ): Promise<void> {
    const { runs } = this.#parts;
    if (status && !thread) throw unsupported('status', 'name a thread_id: runs are listed by thread');
    const named = await Promise.all(
      (ids ?? []).map((id) => (thread ? runs.get(tenant, thread, id) : runs.find(tenant, id))),
    );
    const listed = status && thread ? await runs.list(tenant, thread, { limit: 1_000 }) : [];
    const wanted = listed.filter((run) => isLive(run) && (status === 'all' || run.status === status));
    // The last first: else one that waits would begin when the one before it ends.
    for (const run of [...named, ...wanted]) await runs.cancel(tenant, run.thread, run.id, { action });
  }

  async #result(place: GraphPlace, graph: ServedGraph, run: string, reply: FastifyReply, cancels: boolean) {
    const { runs } = this.#parts;
    const signal = clientSignal(reply).abortSignal;
    try {
      return await sendResult(resultOf(this.#parts, graph, place, run, signal), reply, this.#writers);
    } catch (error) {
      if (cancels && signal.aborted) await runs.cancel(place.tenant, place.thread, run);
      throw error;
    }
  }

  async #send(
    place: GraphPlace,
    run: string,
    options: {
      readonly reply: FastifyReply;
      readonly after: number;
      readonly isNew: boolean;
      readonly cancels: boolean;
      readonly modes: readonly GraphStreamMode[] | undefined;
    },
  ) {
    const { reply, after, isNew, cancels, modes } = options;
    const { runs, emit } = this.#parts;
    nameRun(reply, place, run);
    reply.header('location', `/threads/${place.thread}/runs/${run}/stream`);
    const events = runs.stream(place.tenant, place.thread, run, {
      after,
      onDisconnect: cancels ? 'cancel' : 'continue',
    });
    const encoder = new RunEncoder(run, modes);
    await sendRun(events, { encoder, writers: this.#writers, reply, emit, isNew });
    return reply;
  }
}

function nameRun(reply: FastifyReply, { thread }: GraphPlace, run: string): void {
  reply.header('content-location', `/threads/${thread}/runs/${run}`);
}

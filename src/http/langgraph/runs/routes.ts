import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { DoubleTexting } from '../../../threads/spec.js';
import type { App } from '../../app.js';
import { clientSignal } from '../../client-signal.js';
import { SseWriters } from '../../sse.js';
import { Name, OneOf, OrNull, TextOrTexts, texts, unsupported } from '../fields.js';
import type { GraphPlace, GraphStreamMode, ServedGraph } from '../graph.js';
import type { LangGraphParts } from '../parts.js';
import { selectFields } from '../select.js';
import { RunBody, readModes, snakeFields } from './body.js';
import { RunEncoder } from './encode.js';
import { resultOf } from './result.js';
import { isLive, runJson } from './run-json.js';
import { type BegunRun, startRun, startStateless } from './start.js';
import { BEAT_MS, readLastEventId, sendRun } from './stream.js';

const tags = ['langgraph'];
const ThreadParams = Type.Object({ thread_id: Name });
const RunParams = Type.Object({ thread_id: Name, run_id: Name });
const RunStatusName = OneOf(['pending', 'running', 'success', 'error', 'interrupted', 'timeout']);
/** Clients write `1` and `0`. */
const Flag = Type.Optional(OneOf(['0', '1', 'true', 'false']));
const Action = Type.Optional(OneOf(['interrupt', 'rollback']));

const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 10 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
  status: Type.Optional(RunStatusName),
  select: Type.Optional(TextOrTexts),
});
const JoinQuery = Type.Object({
  cancel_on_disconnect: Flag,
  stream_mode: Type.Optional(TextOrTexts),
  namespace: Type.Optional(TextOrTexts),
  checkpoint_id: Type.Optional(Name),
});
const CancelQuery = Type.Object({ wait: Flag, action: Action, reason: Type.Optional(Type.String()) });
const CancelManyBody = Type.Object(
  {
    thread_id: OrNull(Name),
    run_ids: OrNull(Type.Array(Name, { maxItems: 1_000 })),
    status: OrNull(OneOf(['pending', 'running', 'all'])),
  },
  { additionalProperties: false },
);
const BatchBody = Type.Array(RunBody, { minItems: 1, maxItems: 100 });

type JoinQuery = Static<typeof JoinQuery>;

/** Runs: begun, followed, listed, cancelled. */
export async function runRoutes(app: App, parts: LangGraphParts): Promise<void> {
  const routes = new RunRoutes(parts);
  beginRoutes(app, parts, routes);
  app.get(
    '/threads/:thread_id/runs',
    { schema: { tags, params: ThreadParams, querystring: ListQuery } },
    (request) => routes.list(placeOf(request, request.params), request.query),
  );
  app.get('/threads/:thread_id/runs/:run_id', { schema: { tags, params: RunParams } }, async (request) => {
    const { thread_id: thread, run_id: run } = request.params;
    return runJson(await parts.runs.get(request.tenant, thread, run));
  });
  app.delete(
    '/threads/:thread_id/runs/:run_id',
    { schema: { tags, params: RunParams } },
    async (request, reply) => {
      await parts.runs.delete(request.tenant, request.params.thread_id, request.params.run_id);
      return reply.code(204).send();
    },
  );
  app.get(
    '/threads/:thread_id/runs/:run_id/join',
    { schema: { tags, params: RunParams, querystring: Type.Object({ cancel_on_disconnect: Flag }) } },
    (request, reply) =>
      routes.join(
        placeOf(request, request.params),
        request.params.run_id,
        reply,
        isOn(request.query.cancel_on_disconnect),
      ),
  );
  app.get(
    '/threads/:thread_id/runs/:run_id/stream',
    { schema: { tags, params: RunParams, querystring: JoinQuery } },
    (request, reply) =>
      routes.follow(placeOf(request, request.params), request.params.run_id, request, reply),
  );
  app.get(
    '/runs/:run_id/stream',
    { schema: { tags, params: Type.Object({ run_id: Name }), querystring: JoinQuery } },
    async (request, reply) => {
      const { thread } = await parts.runs.find(request.tenant, request.params.run_id);
      return routes.follow({ tenant: request.tenant, thread }, request.params.run_id, request, reply);
    },
  );
  app.post(
    '/threads/:thread_id/runs/:run_id/cancel',
    { schema: { tags, params: RunParams, querystring: CancelQuery } },
    async (request, reply) => {
      const { thread_id: thread, run_id: run } = request.params;
      const wait = isOn(request.query.wait);
      await parts.runs.cancel(request.tenant, thread, run, {
        action: request.query.action ?? 'interrupt',
        wait,
        signal: clientSignal(reply),
      });
      return reply.code(wait ? 204 : 202).send();
    },
  );
  app.post(
    '/runs/cancel',
    { schema: { tags, body: CancelManyBody, querystring: Type.Object({ action: Action }) } },
    async (request, reply) => {
      await routes.cancelMany(request.tenant, request.body, request.query.action ?? 'interrupt');
      return reply.code(204).send();
    },
  );
}

/** The three ways to begin a run, with a thread and without. */
function beginRoutes(app: App, parts: LangGraphParts, routes: RunRoutes): void {
  const onThread = { schema: { tags, params: ThreadParams, body: RunBody } };
  const alone = { schema: { tags, body: RunBody } };
  app.post('/threads/:thread_id/runs', onThread, async (request, reply) =>
    routes.created(await startRun(parts, placeOf(request, request.params), request.body), reply),
  );
  app.post('/threads/:thread_id/runs/stream', onThread, async (request, reply) =>
    routes.streamed(
      await startRun(parts, placeOf(request, request.params), request.body),
      request.body,
      reply,
    ),
  );
  app.post('/threads/:thread_id/runs/wait', onThread, async (request, reply) =>
    routes.waited(await startRun(parts, placeOf(request, request.params), request.body), request.body, reply),
  );
  app.post('/runs', alone, async (request, reply) =>
    routes.created(await startStateless(parts, request.tenant, request.body, { isRead: false }), reply),
  );
  app.post('/runs/stream', alone, async (request, reply) =>
    routes.streamed(
      await startStateless(parts, request.tenant, request.body, { isRead: false }),
      request.body,
      reply,
    ),
  );
  app.post('/runs/wait', alone, async (request, reply) =>
    routes.waited(
      await startStateless(parts, request.tenant, request.body, { isRead: true }),
      request.body,
      reply,
    ),
  );
  const batch = {
    schema: { tags, body: BatchBody },
    preValidation: async (request: FastifyRequest) => {
      if (Array.isArray(request.body)) request.body = request.body.map(snakeFields);
    },
  };
  app.post('/runs/batch', batch, async (request) => {
    const begun = [];
    for (const body of request.body)
      begun.push(await startStateless(parts, request.tenant, body, { isRead: false }));
    return begun.map(({ info }) => runJson(info));
  });
}

function placeOf(request: FastifyRequest, { thread_id: thread }: { readonly thread_id: string }): GraphPlace {
  return { tenant: request.tenant, thread };
}

function isOn(flag: string | undefined): boolean {
  return flag === '1' || flag === 'true';
}

class RunRoutes {
  readonly #parts: LangGraphParts;
  readonly #writers: SseWriters;

  constructor(parts: LangGraphParts) {
    this.#parts = parts;
    this.#writers = new SseWriters({ ...parts.sse, heartbeatMs: BEAT_MS });
  }

  async list(place: GraphPlace, { limit = 10, offset = 0, status, select }: Static<typeof ListQuery>) {
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
    const after = readLastEventId(request.headers['last-event-id']);
    const modes = query.stream_mode === undefined ? undefined : readModes(query.stream_mode);
    await this.#parts.runs.get(place.tenant, place.thread, run);
    const cancels = isOn(query.cancel_on_disconnect);
    return this.#send(place, run, { reply, after, isNew: false, cancels, modes });
  }

  async cancelMany(
    tenant: string,
    { thread_id: thread, run_ids: ids, status }: Static<typeof CancelManyBody>,
    action: Extract<DoubleTexting, 'interrupt' | 'rollback'>,
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
    const signal = clientSignal(reply);
    try {
      return await resultOf(this.#parts, graph, place, run, signal);
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

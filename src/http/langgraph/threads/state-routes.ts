import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { App } from '../../app.js';
import { CheckpointBody, Metadata, Name, OrNull, TextOrTexts, texts } from '../fields.js';
import type { CheckpointRef, GraphPlace, ServedGraph } from '../graph.js';
import type { LangGraphParts } from '../parts.js';
import { readCheckpoint } from '../runs/body.js';
import { selectFields } from '../select.js';
import { withLease } from './lease.js';
import { checkpointJson, stateJson } from './state-json.js';

const tags = ['langgraph'];
const Params = Type.Object({ thread_id: Name });
const Query = Type.Object({
  subgraphs: Type.Optional(Type.Boolean()),
  select: Type.Optional(TextOrTexts),
});
const AtBody = Type.Object(
  {
    checkpoint: CheckpointBody,
    subgraphs: OrNull(Type.Boolean()),
    select: OrNull(Type.Array(Name, { maxItems: 64 })),
  },
  { additionalProperties: false },
);
const UpdateBody = Type.Object(
  {
    values: Type.Optional(Type.Unknown()),
    checkpoint: OrNull(CheckpointBody),
    checkpoint_id: OrNull(Name),
    as_node: OrNull(Name),
  },
  { additionalProperties: false },
);
const PatchBody = Type.Object({ metadata: Metadata }, { additionalProperties: false });
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 10 }));
const HistoryBody = Type.Object(
  {
    limit: Limit,
    before: OrNull(
      Type.Union([Name, Type.Object({ configurable: Type.Object({ checkpoint_id: Name }) }), CheckpointBody]),
    ),
    metadata: OrNull(Metadata),
    checkpoint: OrNull(CheckpointBody),
    select: OrNull(Type.Array(Name, { maxItems: 64 })),
  },
  { additionalProperties: false },
);
const HistoryQuery = Type.Object({ limit: Limit, before: Type.Optional(Name) });

/** The states of a thread: read, changed, listed. */
export async function stateRoutes(app: App, parts: LangGraphParts): Promise<void> {
  const routes = new StateRoutes(parts);
  app.get('/threads/:thread_id/state', { schema: { tags, params: Params, querystring: Query } }, (request) =>
    routes.read(placeOf(request, request.params.thread_id), undefined, request.query),
  );
  app.get(
    '/threads/:thread_id/state/:checkpoint_id',
    {
      schema: {
        tags,
        params: Type.Object({ thread_id: Name, checkpoint_id: Name }),
        querystring: Query,
      },
    },
    (request) =>
      routes.read(
        placeOf(request, request.params.thread_id),
        { id: request.params.checkpoint_id },
        request.query,
      ),
  );
  app.post(
    '/threads/:thread_id/state/checkpoint',
    { schema: { tags, params: Params, body: AtBody } },
    (request) =>
      routes.read(placeOf(request, request.params.thread_id), readCheckpoint(request.body), {
        subgraphs: request.body.subgraphs ?? false,
        ...(request.body.select && { select: request.body.select }),
      }),
  );
  app.post('/threads/:thread_id/state', { schema: { tags, params: Params, body: UpdateBody } }, (request) =>
    routes.update(placeOf(request, request.params.thread_id), request.body),
  );
  app.patch(
    '/threads/:thread_id/state',
    { schema: { tags, params: Params, body: PatchBody } },
    async (request, reply) => {
      const { metadata } = request.body;
      await parts.threads.patch(request.tenant, request.params.thread_id, { metadata });
      return reply.code(204).send();
    },
  );
  app.post(
    '/threads/:thread_id/history',
    { schema: { tags, params: Params, body: HistoryBody } },
    (request) => routes.history(placeOf(request, request.params.thread_id), request.body),
  );
  app.get(
    '/threads/:thread_id/history',
    { schema: { tags, params: Params, querystring: HistoryQuery } },
    (request) => routes.history(placeOf(request, request.params.thread_id), request.query),
  );
}

function placeOf({ tenant }: FastifyRequest, thread: string): GraphPlace {
  return { tenant, thread };
}

class StateRoutes {
  readonly #parts: LangGraphParts;

  constructor(parts: LangGraphParts) {
    this.#parts = parts;
  }

  async read(
    place: GraphPlace,
    checkpoint: CheckpointRef | undefined,
    { subgraphs = false, select }: Static<typeof Query>,
  ) {
    const graph = await this.#graphOf(place);
    const snapshot = await graph.state(place, { subgraphs, ...(checkpoint && { checkpoint }) });
    return selectFields(stateJson(place.thread, snapshot), texts(select));
  }

  async update(place: GraphPlace, body: Static<typeof UpdateBody>) {
    const graph = await this.#graphOf(place);
    const checkpoint = readCheckpoint(body);
    const update = {
      values: body.values ?? null,
      ...(body.as_node && { asNode: body.as_node }),
      ...(checkpoint && { checkpoint }),
    };
    const made = await withLease(this.#parts.threads, place, (fence) =>
      graph.update(place, update, { fence }),
    );
    const json = checkpointJson(place.thread, made);
    return { checkpoint: json, configurable: json, checkpoint_id: json.checkpoint_id };
  }

  async history(place: GraphPlace, body: Static<typeof HistoryBody> | Static<typeof HistoryQuery>) {
    const graph = await this.#graphOf(place);
    const before = readBefore(body.before);
    const { metadata, checkpoint, select } = body as Static<typeof HistoryBody>;
    const at = readCheckpoint({ checkpoint: checkpoint ?? null });
    const found = await graph.history(place, {
      limit: body.limit ?? 10,
      ...(before !== undefined && { before }),
      ...(metadata && { metadata }),
      ...(at && { checkpoint: at }),
    });
    return found.map((one) => selectFields(stateJson(place.thread, one), select ?? undefined));
  }

  /** Rejects with `thread_not_found`. */
  async #graphOf({ tenant, thread }: GraphPlace): Promise<ServedGraph> {
    const { info } = await this.#parts.threads.load(tenant, thread, { lastTurns: 0 });
    return this.#parts.graphs.ofThread(info);
  }
}

/** A checkpoint's id, alone, in a config or in a checkpoint. */
function readBefore(before: Static<typeof HistoryBody>['before']): string | undefined {
  if (typeof before === 'string') return before;
  if (before === undefined || before === null) return undefined;
  return ('configurable' in before ? before.configurable.checkpoint_id : before.checkpoint_id) ?? undefined;
}

import { randomUUID } from 'node:crypto';
import Type, { type Static } from 'typebox';
import type { App } from '../../app.js';
import { Metadata, Name, OneOf, OrNull, refuseFields, unsupported } from '../fields.js';
import type { LangGraphParts } from '../parts.js';
import { removeThread } from '../remove-thread.js';
import { CountThreadsBody, countThreads, SearchThreadsBody, searchThreads } from './search.js';
import { threadJson } from './thread-json.js';

const tags = ['langgraph'];
const Params = Type.Object({ thread_id: Name });

const CreateBody = Type.Object(
  {
    thread_id: OrNull(Name),
    metadata: OrNull(Metadata),
    if_exists: OrNull(OneOf(['raise', 'do_nothing'])),
    supersteps: Type.Optional(Type.Unknown()),
    ttl: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);
const PatchBody = Type.Object(
  { metadata: OrNull(Metadata), ttl: Type.Optional(Type.Unknown()) },
  { additionalProperties: false },
);
const PruneBody = Type.Object(
  {
    thread_ids: Type.Array(Name, { minItems: 1, maxItems: 1_000 }),
    strategy: OrNull(OneOf(['delete', 'keep_latest'])),
  },
  { additionalProperties: false },
);

const REFUSED = {
  ttl: 'how long threads live is set for the server: threads.life',
  supersteps: 'create the thread, then send its states with POST /threads/{id}/state',
};

/** Threads: created, found, changed, copied, deleted. */
export async function threadRoutes(app: App, parts: LangGraphParts): Promise<void> {
  const { threads } = parts;
  app.post('/threads', { schema: { tags, body: CreateBody } }, ({ tenant, body }) =>
    create(parts, tenant, body),
  );
  app.post('/threads/search', { schema: { tags, body: SearchThreadsBody } }, ({ tenant, body }) =>
    searchThreads(parts, tenant, body),
  );
  app.post('/threads/count', { schema: { tags, body: CountThreadsBody } }, ({ tenant, body }) =>
    countThreads(parts, tenant, body),
  );
  app.post('/threads/prune', { schema: { tags, body: PruneBody } }, async ({ tenant, body }) => {
    if (body.strategy === 'keep_latest')
      throw unsupported('strategy', 'the checkpoints of a thread go with it only');
    for (const thread of body.thread_ids) await removeThread(parts, parts.graphs.all, tenant, thread);
    return { pruned_count: body.thread_ids.length };
  });
  app.get('/threads/:thread_id', { schema: { tags, params: Params } }, async ({ tenant, params }) => {
    const { info } = await threads.load(tenant, params.thread_id, { lastTurns: 0 });
    return threadJson(parts, tenant, info);
  });
  app.patch(
    '/threads/:thread_id',
    { schema: { tags, params: Params, body: PatchBody } },
    async ({ tenant, params, body, headers }, reply) => {
      refuseFields(body, REFUSED);
      const info = await threads.patch(tenant, params.thread_id, { metadata: body.metadata ?? {} });
      if (headers.prefer === 'return=minimal') return reply.code(204).send();
      return threadJson(parts, tenant, info);
    },
  );
  app.delete(
    '/threads/:thread_id',
    { schema: { tags, params: Params } },
    async ({ tenant, params }, reply) => {
      await removeThread(parts, parts.graphs.all, tenant, params.thread_id);
      return reply.code(204).send();
    },
  );
  app.post('/threads/:thread_id/copy', { schema: { tags, params: Params } }, ({ tenant, params }) =>
    copy(parts, tenant, params.thread_id),
  );
}

async function create(parts: LangGraphParts, tenant: string, body: Static<typeof CreateBody>) {
  refuseFields(body, REFUSED);
  const { graph_id: graph, ...metadata } = body.metadata ?? {};
  const owner = typeof graph === 'string' ? parts.graphs.find(graph) : undefined;
  const info = await parts.threads.create(tenant, {
    id: body.thread_id ?? randomUUID(),
    metadata: { ...metadata, ...(graph != null && { graph_id: graph }) },
    ifExists: body.if_exists === 'do_nothing' ? 'keep' : 'fail',
  });
  // What a thread of that name left behind earlier goes.
  if (owner !== undefined && body.thread_id && body.if_exists !== 'do_nothing')
    await owner.remove({ tenant, thread: info.id });
  return threadJson(parts, tenant, info);
}

async function copy(parts: LangGraphParts, tenant: string, thread: string) {
  const info = await parts.threads.copy(tenant, thread, { id: randomUUID() });
  await parts.graphs.ofThread(info).copy({ tenant, thread }, info.id);
  return threadJson(parts, tenant, info);
}

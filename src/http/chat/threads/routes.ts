import type { Conversations } from '../../../answer/index.js';
import type { RunInfo } from '../../../threads/spec.js';
import type { App } from '../../app.js';
import { removeThread, type ServedGraph } from '../../langgraph/index.js';
import {
  CopyThreadBody,
  CreateThreadBody,
  ForkThreadBody,
  GetThreadQuery,
  ListThreadsQuery,
  MoveHeadBody,
  PatchThreadBody,
  PruneBody,
  ThreadParams,
} from '../schema.js';
import { newestAfter, readBranches } from './branches.js';
import { runJson, threadJson, turnJson, unreadableJson } from './json.js';
import { runRoutes } from './run-routes.js';
import { withBody } from './with-body.js';
import { withLease } from './with-lease.js';

const tags = ['chat'];
/** Runs that are looked through for those under way; more do not wait on a thread. */
const MAX_LIVE_RUNS = 100;

/** `/chat/threads` and what lies below it. */
export async function threadRoutes(
  app: App,
  conversations: Conversations,
  graphs: readonly ServedGraph[],
): Promise<void> {
  listRoutes(app, conversations);
  threadRoute(app, conversations);
  deleteRoute(app, conversations, graphs);
  copyRoutes(app, conversations);
  editRoutes(app, conversations);
  runRoutes(app, conversations);
}

function listRoutes(app: App, { threads }: Conversations): void {
  app.get(
    '/chat/threads',
    { schema: { tags, summary: 'List conversations', querystring: ListThreadsQuery } },
    async ({ tenant, query: { limit = 50, cursor } }) => {
      const page = await threads.list(tenant, { limit, ...(cursor !== undefined && { cursor }) });
      return {
        threads: page.items.map(threadJson),
        ...(page.nextCursor !== undefined && { next_cursor: page.nextCursor }),
      };
    },
  );

  app.post(
    '/chat/threads',
    { preValidation: withBody, schema: { tags, summary: 'Create a conversation', body: CreateThreadBody } },
    async ({ tenant, body }, reply) => {
      const { if_exists, ...thread } = body;
      const ifExists = if_exists === 'do_nothing' ? ('keep' as const) : ('fail' as const);
      reply.code(201);
      return threadJson(await threads.create(tenant, { ...thread, ifExists }));
    },
  );
}

function threadRoute(app: App, { threads, runs }: Conversations): void {
  app.get(
    '/chat/threads/:id',
    {
      schema: { tags, summary: 'A conversation’s turns', params: ThreadParams, querystring: GetThreadQuery },
    },
    async ({ tenant, params: { id }, query: { limit = 200, before, branches = 'current' } }) => {
      const state = await threads.load(tenant, id, { lastTurns: 0 });
      const [found, live] = await Promise.all([
        readBranches(threads, tenant, state, { limit, before, branches }),
        liveRuns({ runs }, tenant, id),
      ]);
      const { entries, versionsOf, nextBefore } = found;
      const turns = entries.flatMap((entry) => (entry.kind === 'turn' ? [entry.turn] : []));
      const unreadable = entries.filter((entry) => entry.kind === 'unreadable');
      return {
        thread: threadJson(state.info),
        turns: turns.map((turn) => turnJson(turn, versionsOf(turn))),
        runs: live.map(runJson),
        ...(unreadable.length > 0 && { unreadable: unreadable.map(unreadableJson) }),
        ...(nextBefore !== undefined && { next_before: nextBefore }),
      };
    },
  );

  app.patch(
    '/chat/threads/:id',
    { schema: { tags, summary: 'Rename a conversation', params: ThreadParams, body: PatchThreadBody } },
    async ({ tenant, params, body }) => threadJson(await threads.patch(tenant, params.id, body)),
  );
}

function deleteRoute(app: App, conversations: Conversations, graphs: readonly ServedGraph[]): void {
  app.delete(
    '/chat/threads/:id',
    { schema: { tags, summary: 'Delete a conversation', params: ThreadParams } },
    async ({ tenant, params: { id } }) => {
      await removeThread(conversations, graphs, tenant, id);
      return { id, deleted: true };
    },
  );
}

function copyRoutes(app: App, { threads }: Conversations): void {
  app.post(
    '/chat/threads/:id/fork',
    {
      schema: {
        tags,
        summary: 'A new conversation from a turn on',
        params: ThreadParams,
        body: ForkThreadBody,
      },
    },
    async ({ tenant, params, body }, reply) => {
      reply.code(201);
      return threadJson(await threads.fork(tenant, params.id, body));
    },
  );

  app.post(
    '/chat/threads/:id/copy',
    {
      preValidation: withBody,
      schema: { tags, summary: 'Copy a conversation', params: ThreadParams, body: CopyThreadBody },
    },
    async ({ tenant, params, body }, reply) => {
      reply.code(201);
      return threadJson(await threads.copy(tenant, params.id, body));
    },
  );
}

function editRoutes(app: App, { threads }: Conversations): void {
  app.post(
    '/chat/threads/:id/head',
    { schema: { tags, summary: 'Choose another branch', params: ThreadParams, body: MoveHeadBody } },
    async ({ tenant, params: { id }, body: { sequence, exact = false } }) => {
      const isExact = exact || sequence === 0;
      const info = await withLease(threads, tenant, id, async (fence) => {
        const head = isExact ? sequence : await newestAfter(threads, tenant, id, sequence);
        return threads.moveHead(tenant, id, head, { fence });
      });
      return threadJson(info);
    },
  );

  app.post(
    '/chat/threads/:id/prune',
    { schema: { tags, summary: 'Drop old turns', params: ThreadParams, body: PruneBody } },
    async ({ tenant, params: { id }, body: { keep_last: keepLast, older_than_seconds: seconds } }) => {
      const what = {
        ...(keepLast !== undefined && { keepLast }),
        ...(seconds !== undefined && { olderThanMs: Math.round(seconds * 1_000) }),
      };
      const removed = await withLease(threads, tenant, id, (fence) =>
        threads.prune(tenant, id, { ...what, fence }),
      );
      return { removed };
    },
  );
}

/** Those that wait or are under way, the newest first. */
async function liveRuns(
  { runs }: Pick<Conversations, 'runs'>,
  tenant: string,
  thread: string,
): Promise<readonly RunInfo[]> {
  const newest = await runs.list(tenant, thread, { limit: MAX_LIVE_RUNS });
  return newest.filter(({ status }) => status === 'pending' || status === 'running');
}

import Type, { type Static } from 'typebox';
import type { ThreadInfo } from '../../../threads/spec.js';
import { Metadata, Name, OneOf, OrNull, refuseFields } from '../fields.js';
import { hasMetadata } from '../has-metadata.js';
import type { LangGraphParts } from '../parts.js';
import { selectFields } from '../select.js';
import { threadJson } from './thread-json.js';

/**
 * Threads that a search or a count looks through, those used last first; what lies beyond is not found. A search that
 * asks for the last ones, in no other order, stops as soon as it has them; one for a status reads the state of each.
 */
const SCAN_LIMIT = 10_000;
const PAGE = 1_000;
/** Threads whose state is read at a time. */
const AT_ONCE = 16;

const SORTS = ['thread_id', 'status', 'created_at', 'updated_at', 'state_updated_at'] as const;
const Filters = {
  metadata: OrNull(Metadata),
  status: OrNull(OneOf(['idle', 'busy', 'interrupted', 'error'])),
  values: OrNull(Metadata),
};

export const CountThreadsBody = Type.Object(Filters, { additionalProperties: false });
export const SearchThreadsBody = Type.Object(
  {
    ...Filters,
    ids: OrNull(Type.Array(Name, { maxItems: 1_000 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 10 })),
    offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    sort_by: OrNull(OneOf(SORTS)),
    sort_order: OrNull(OneOf(['asc', 'desc'])),
    select: OrNull(Type.Array(Name, { maxItems: 32 })),
    extract: OrNull(Metadata),
  },
  { additionalProperties: false },
);

export type SearchThreadsBody = Static<typeof SearchThreadsBody>;
type CountThreadsBody = Static<typeof CountThreadsBody>;
type ThreadJson = Awaited<ReturnType<typeof threadJson>>;

const REFUSED = {
  values: 'threads are found by their metadata, their status and their ids',
  extract: 'threads are given with their whole state; see select',
};

/** Throws `unsupported_option`. */
export async function searchThreads(parts: LangGraphParts, tenant: string, body: SearchThreadsBody) {
  refuseFields(body, REFUSED);
  const { limit = 10, offset = 0, select, sort_by: by, sort_order: order } = body;
  // Without a condition on what the state says, only the page's states are read.
  const needsAll = Boolean(body.status || by === 'status' || by === 'state_updated_at');
  const isByLastUse = (by ?? 'updated_at') === 'updated_at' && order !== 'asc';
  const infos = await scan(parts, tenant, body, needsAll || !isByLastUse ? SCAN_LIMIT : offset + limit);
  const sorted = needsAll ? infos : sortInfos(infos, by, order);
  const read = await readThreads(parts, tenant, needsAll ? sorted : sorted.slice(offset, offset + limit));
  const found = read.filter((thread) => !body.status || thread.status === body.status);
  const page = needsAll ? sortJson(found, by, order).slice(offset, offset + limit) : found;
  return page.map((thread) => selectFields(thread, select ?? undefined));
}

export async function countThreads(
  parts: LangGraphParts,
  tenant: string,
  body: CountThreadsBody,
): Promise<number> {
  refuseFields(body, REFUSED);
  const infos = await scan(parts, tenant, body, SCAN_LIMIT);
  if (!body.status) return infos.length;
  const read = await readThreads(parts, tenant, infos);
  return read.filter((thread) => thread.status === body.status).length;
}

/** The threads that fit, at least `enough` of them where there are so many. */
async function scan(
  { threads }: LangGraphParts,
  tenant: string,
  { metadata, ids }: Pick<SearchThreadsBody, 'metadata' | 'ids'>,
  enough: number,
): Promise<ThreadInfo[]> {
  const fits = (info: ThreadInfo): boolean => hasMetadata(info.metadata, metadata ?? {});
  if (ids) {
    const states = await threads.loadMany(tenant, ids, { lastTurns: 0 });
    return states.flatMap((state) => (state && fits(state.info) ? [state.info] : []));
  }
  const found: ThreadInfo[] = [];
  let cursor: string | undefined;
  for (let seen = 0; seen < SCAN_LIMIT && found.length < enough; seen += PAGE) {
    const page = await threads.list(tenant, { limit: PAGE, ...(cursor !== undefined && { cursor }) });
    found.push(...page.items.filter(fits));
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  return found;
}

async function readThreads(
  parts: LangGraphParts,
  tenant: string,
  infos: readonly ThreadInfo[],
): Promise<ThreadJson[]> {
  const read: ThreadJson[] = [];
  for (let at = 0; at < infos.length; at += AT_ONCE) {
    const batch = infos.slice(at, at + AT_ONCE);
    read.push(...(await Promise.all(batch.map((info) => threadJson(parts, tenant, info)))));
  }
  return read;
}

type Order = SearchThreadsBody['sort_order'];

/** They come by last use, the newest first. */
function sortInfos(infos: ThreadInfo[], by: SearchThreadsBody['sort_by'], order: Order): ThreadInfo[] {
  const key = by === 'created_at' ? 'createdAtMs' : by === 'thread_id' ? 'id' : 'updatedAtMs';
  return sorted(infos, (info) => info[key], order);
}

function sortJson(threads: ThreadJson[], by: SearchThreadsBody['sort_by'], order: Order): ThreadJson[] {
  return sorted(threads, (thread) => thread[by ?? 'updated_at'], order);
}

function sorted<Item>(items: readonly Item[], key: (item: Item) => string | number, order: Order): Item[] {
  const sign = order === 'asc' ? 1 : -1;
  return [...items].sort((left, right) =>
    key(left) < key(right) ? -sign : key(left) > key(right) ? sign : 0,
  );
}

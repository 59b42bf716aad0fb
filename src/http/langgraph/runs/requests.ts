import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Name, OneOf, OrNull, TextOrTexts } from '../fields.js';
import type { GraphPlace } from '../graph.js';
import { RunBody } from './body.js';

export const ThreadParams = Type.Object({ thread_id: Name });
const RunStatusName = OneOf(['pending', 'running', 'success', 'error', 'interrupted', 'timeout']);
/** Clients write `1` and `0`. */
export const Flag = Type.Optional(OneOf(['0', '1', 'true', 'false']));

export const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 10 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
  status: Type.Optional(RunStatusName),
  select: Type.Optional(TextOrTexts),
});
export type ListQuery = Static<typeof ListQuery>;

export const JoinQuery = Type.Object({
  cancel_on_disconnect: Flag,
  stream_mode: Type.Optional(TextOrTexts),
  namespace: Type.Optional(TextOrTexts),
  checkpoint_id: Type.Optional(Name),
});
export type JoinQuery = Static<typeof JoinQuery>;

export const BeginQuery = Type.Object({ namespace: Type.Optional(TextOrTexts) });
export const REFUSED_QUERY = {
  namespace: 'events of all subgraphs come, or with stream_subgraphs: false none',
  checkpoint_id: 'a stream is joined by its run; see Last-Event-ID',
};

export const CancelManyBody = Type.Object(
  {
    thread_id: OrNull(Name),
    run_ids: OrNull(Type.Array(Name, { maxItems: 1_000 })),
    status: OrNull(OneOf(['pending', 'running', 'all'])),
  },
  { additionalProperties: false },
);
export type CancelManyBody = Static<typeof CancelManyBody>;

export const BatchBody = Type.Array(RunBody, { minItems: 1, maxItems: 100 });

export function placeOf(
  request: FastifyRequest,
  { thread_id: thread }: { readonly thread_id: string },
): GraphPlace {
  return { tenant: request.tenant, thread };
}

export function isOn(flag: string | undefined): boolean {
  return flag === '1' || flag === 'true';
}

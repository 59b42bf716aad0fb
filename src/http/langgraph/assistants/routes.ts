import Type, { type Static } from 'typebox';
import type { App } from '../../app.js';
import { Metadata, Name, OneOf, OrNull, unsupported } from '../fields.js';
import type { Graphs } from '../graphs.js';
import { hasMetadata } from '../has-metadata.js';
import type { LangGraphParts } from '../parts.js';
import { selectFields } from '../select.js';
import { assistantJson } from './assistant.js';

const tags = ['langgraph'];
const Params = Type.Object({ assistant_id: Name });
const Filters = { metadata: OrNull(Metadata), graph_id: OrNull(Name), name: OrNull(Name) };
const CountBody = Type.Object(Filters, { additionalProperties: false });
const SORTS = ['assistant_id', 'graph_id', 'name', 'created_at', 'updated_at'] as const;
const SearchBody = Type.Object(
  {
    ...Filters,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 10 })),
    offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    sort_by: OrNull(OneOf(SORTS)),
    sort_order: OrNull(OneOf(['asc', 'desc'])),
    select: OrNull(Type.Array(Name, { maxItems: 32 })),
  },
  { additionalProperties: false },
);
const XRay = Type.Object({ xray: Type.Optional(Type.Union([Type.Boolean(), Type.Integer({ minimum: 0 })])) });

/** Assistants: one for each graph that is served. */
export async function assistantRoutes(app: App, { graphs }: LangGraphParts): Promise<void> {
  app.post('/assistants/search', { schema: { tags, body: SearchBody } }, async ({ body }, reply) => {
    const found = matching(graphs, body);
    const { limit = 10, offset = 0 } = body;
    if (offset + limit < found.length) reply.header('x-pagination-next', String(offset + limit));
    return found.slice(offset, offset + limit).map((one) => selectFields(one, body.select ?? undefined));
  });
  app.post(
    '/assistants/count',
    { schema: { tags, body: CountBody } },
    async ({ body }) => matching(graphs, body).length,
  );
  app.get('/assistants/:assistant_id', { schema: { tags, params: Params } }, async ({ params }) =>
    assistantJson(graphs.find(params.assistant_id)),
  );
  app.post('/assistants/:assistant_id/versions', { schema: { tags, params: Params } }, async ({ params }) => [
    assistantJson(graphs.find(params.assistant_id)),
  ]);
  app.get(
    '/assistants/:assistant_id/graph',
    { schema: { tags, params: Params, querystring: XRay } },
    ({ params, query }) => graphs.find(params.assistant_id).drawing(query.xray ?? false),
  );
  app.get('/assistants/:assistant_id/schemas', { schema: { tags, params: Params } }, async ({ params }) => {
    const graph = graphs.find(params.assistant_id);
    return { graph_id: graph.id, ...(await graph.schemas()) };
  });
  refusedRoutes(app);
}

/** Assistants are what the configuration says. */
function refusedRoutes(app: App): void {
  const refuse = async (): Promise<never> => {
    throw unsupported(
      'assistant',
      'each graph has one, from the configuration; send config or context with the run',
    );
  };
  app.post('/assistants', { schema: { hide: true } }, refuse);
  app.patch('/assistants/:assistant_id', { schema: { hide: true } }, refuse);
  app.delete('/assistants/:assistant_id', { schema: { hide: true } }, refuse);
  app.post('/assistants/:assistant_id/latest', { schema: { hide: true } }, refuse);
}

function matching(graphs: Graphs, query: Static<typeof CountBody> & Partial<Static<typeof SearchBody>>) {
  const { graph_id: graph, name, metadata, sort_by: by = 'name', sort_order: order } = query;
  const found = graphs.all
    .map(assistantJson)
    .filter((one) => !graph || one.graph_id === graph)
    .filter((one) => !name || one.name.toLowerCase().includes(name.toLowerCase()))
    .filter((one) => hasMetadata(one.metadata, metadata ?? {}));
  if (!query.sort_by) return found;
  found.sort((left, right) => String(left[by ?? 'name']).localeCompare(String(right[by ?? 'name'])));
  return order === 'asc' ? found : found.reverse();
}

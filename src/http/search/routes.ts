import Type, { type Static } from 'typebox';
import type { Filter, Passage, Retriever, SearchMode } from '../../retrieval/spec.js';
import type { App } from '../app.js';
import { clientSignal } from '../client-signal.js';
import { FilterSchema, requireQuestion } from '../schemas.js';

export interface SearchRouteParts {
  readonly retriever: Retriever;
  readonly defaultCollection: string;
  readonly defaultK: number;
  readonly maxQuestionCharacters: number;
}

const SearchBody = Type.Object(
  {
    query: Type.Optional(Type.String({ description: 'One question.' })),
    queries: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        maxItems: 100,
        description: 'Many questions, answered in one pass.',
      }),
    ),
    k: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Passages for each question.' })),
    collection: Type.Optional(Type.String()),
    mode: Type.Optional(
      Type.Union([Type.Literal('hybrid'), Type.Literal('vector'), Type.Literal('keyword')]),
    ),
    filter: Type.Optional(FilterSchema),
    min_score: Type.Optional(
      Type.Number({ description: 'Leave out what scores lower; the scale is the mode’s.' }),
    ),
    force_new: Type.Optional(Type.Boolean({ description: 'Do not use cached results.' })),
  },
  { additionalProperties: false },
);

/** `POST /v1/search`. */
export async function searchRoutes(app: App, parts: SearchRouteParts): Promise<void> {
  app.post(
    '/v1/search',
    { schema: { tags: ['search'], summary: 'Find passages', body: SearchBody } },
    async (request, reply) => {
      const { body, tenant, timings } = request;
      const queries = readQueries(body, parts.maxQuestionCharacters);
      const collection = body.collection ?? parts.defaultCollection;
      const outcome = await parts.retriever.search({
        tenant,
        collection,
        queries,
        k: body.k ?? parts.defaultK,
        mode: (body.mode ?? 'hybrid') as SearchMode,
        filter: body.filter as Filter | undefined,
        minScore: body.min_score,
        forceNew: body.force_new,
        signal: clientSignal(reply).abortSignal,
      });
      Object.assign(timings, stageTimings(outcome.timings));
      const lists = outcome.results.map((passages) => passages.map(passageJson));
      return {
        results: body.queries === undefined ? lists[0] : lists,
        collection,
        collection_version: outcome.collectionVersion,
        mode: outcome.mode,
      };
    },
  );
}

function readQueries(body: Static<typeof SearchBody>, limit: number): readonly string[] {
  if (body.queries !== undefined && body.query === undefined) {
    return body.queries.map((query, index) => requireQuestion(query, `queries[${index}]`, limit));
  }
  return [requireQuestion(body.queries === undefined ? body.query : undefined, 'query', limit)];
}

function stageTimings(timings: {
  embedMs: number;
  searchMs: number;
  fetchMs: number;
}): Record<string, number> {
  return { embed: timings.embedMs, search: timings.searchMs, fetch: timings.fetchMs };
}

/** A passage as clients see it. */
function passageJson(passage: Passage) {
  return {
    id: passage.id,
    document_id: passage.documentId,
    source: passage.source,
    title: passage.title,
    headings: passage.headings,
    text: passage.text,
    score: passage.score,
    position: passage.position,
  };
}

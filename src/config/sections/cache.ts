import Type from 'typebox';
import { section } from '../key.js';

/** Which answers of a model are kept. */
export const ANSWER_CACHING = Type.Enum(['auto', 'always', 'never']);

export const CACHE_SECTION = section({
  enabled: Type.Boolean({
    default: true,
    description: 'Keep answers, search results and vectors for the next who asks the same',
  }),
  memoryLimitMb: Type.Integer({
    minimum: 1,
    maximum: 1_048_576,
    default: 200,
    alias: 'CACHE_MEMORY_LIMIT_MB',
    description: 'Memory that all caches of a worker may take together',
  }),
  shared: Type.Enum(['auto', 'embedded', 'redis', 'off'], {
    default: 'auto',
    description:
      'Where cached values go besides memory: `embedded`, the data folder, so that they outlive a restart; `redis`, for several servers; `auto`: Redis where `redis.url` is set, else the data folder',
  }),
  embeddedLimitMb: Type.Integer({
    minimum: 1,
    maximum: 1_048_576,
    default: 1024,
    description: 'Disk that cached values may take in the data folder',
  }),
  answers: Type.Enum(['auto', 'always', 'never'], {
    default: 'auto',
    description:
      'Which answers are kept: `auto`, those from the documents, unless the request sets a temperature above 0; `always`, those too and answers without documents; an entry of `llm.models` may say otherwise',
  }),
  answerHours: Type.Number({
    exclusiveMinimum: 0,
    maximum: 8760,
    default: 24,
    description: 'How long an answer is kept; a change of a passage that it rests on ends it at once',
  }),
  retrievalMinutes: Type.Number({
    exclusiveMinimum: 0,
    maximum: 525_600,
    default: 30,
    description: 'How long search results are kept; a change of the collection drops them at once',
  }),
  embeddingHours: Type.Number({
    exclusiveMinimum: 0,
    maximum: 8760,
    default: 24,
    description: 'How long the vectors of questions are kept',
  }),
  semanticCollections: Type.Array(Type.String({ pattern: '^(\\*|[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,63})$' }), {
    default: [],
    description:
      'Collections in which questions that mean the same share an answer; `*`: in all. Empty: only the very same question is answered from what is kept',
  }),
  semanticModels: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Models whose answers are shared in that way, whatever the collection; `*`: of all',
  }),
  semanticMinSimilarity: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.4,
    description: 'Least cosine of two questions that share an answer; belongs to the embedder',
  }),
  semanticMinLikeness: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.965,
    description: 'Least share of their words that two questions must have in common, without Hangul',
  }),
  semanticMinLikenessKorean: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.82,
    description: 'The same of questions with Hangul',
  }),
  semanticLeadingPassages: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      description:
        'Compare only so many of the best passages, and those that the kept answer cites; unset: both questions must find exactly the same ones',
    }),
  ),
  semanticShadowShare: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.05,
    description:
      'Share of shared answers for which the model is asked too, afterwards, to count the wrong ones',
  }),
  semanticMemoryMb: Type.Integer({
    minimum: 1,
    maximum: 65_536,
    default: 128,
    description: 'Memory that a worker may take for questions and vectors of answers that can be shared',
  }),
});

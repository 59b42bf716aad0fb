import Type, { type Static } from 'typebox';
import { ChatBody, ModelParameters } from '../openai/index.js';
import { FilterSchema } from '../schemas.js';

/** More than any configuration allows; `answer.batchMaxQuestions` is checked against the list itself. */
const MAX_ITEMS = 100_000;

export const BatchBody = Type.Object(
  {
    questions: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, maxItems: MAX_ITEMS, description: 'Questions as text.' }),
    ),
    requests: Type.Optional(
      Type.Array(ChatBody, {
        minItems: 1,
        maxItems: MAX_ITEMS,
        description:
          'Bodies as for /v1/chat/completions; what one says wins over the fields beside the list.',
      }),
    ),
    model: Type.Optional(Type.String({ description: 'Default: the first of /v1/models.' })),
    collection: Type.Optional(Type.String({ description: 'Where to look; default: the served collection.' })),
    k: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Passages to consider.' })),
    filter: Type.Optional(FilterSchema),
    retrieval: Type.Optional(
      Type.Boolean({ description: 'Whether to search; default: as the model is configured.' }),
    ),
    force_new: Type.Optional(Type.Boolean({ description: 'Do not use cached results.' })),
    footnotes: Type.Optional(Type.Boolean({ description: 'Append the list of sources to each text.' })),
    parameters: Type.Optional(
      ModelParameters('Further fields of each request, such as temperature or max_tokens.'),
    ),
    stream: Type.Optional(
      Type.Boolean({ default: true, description: '`false`: one JSON body with all results, in order.' }),
    ),
    batch_size: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: 'Questions that share one search.' }),
    ),
    concurrency: Type.Optional(Type.Integer({ minimum: 1, description: 'Questions under way at once.' })),
    pause_seconds: Type.Optional(
      Type.Number({ minimum: 0, maximum: 60, description: 'Pause between two batches.' }),
    ),
  },
  { additionalProperties: false },
);

export type BatchBody = Static<typeof BatchBody>;

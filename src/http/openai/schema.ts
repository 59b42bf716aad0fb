import Type, { type Static, type TSchema } from 'typebox';
import { FilterSchema } from '../schemas.js';
import { ThreadFields, ThreadId } from '../thread-fields.js';

/** OpenAI's clients send null for what they leave out. */
function OrNull<Schema extends TSchema>(schema: Schema) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

const Role = Type.Union([
  Type.Literal('system'),
  Type.Literal('developer'),
  Type.Literal('user'),
  Type.Literal('assistant'),
  Type.Literal('tool'),
]);

const Content = Type.Union([
  Type.String(),
  Type.Array(Type.Object({ type: Type.String() }), { description: 'Content parts, as OpenAI has them.' }),
  Type.Null(),
]);

export const Message = Type.Object({
  role: Role,
  content: Type.Optional(Content),
  name: OrNull(Type.String()),
  tool_calls: OrNull(Type.Array(Type.Object({}))),
  tool_call_id: OrNull(Type.String()),
});

const NaraeFields = Type.Object(
  {
    collection: Type.Optional(Type.String({ description: 'Where to look; default: the served collection.' })),
    k: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Passages to consider.' })),
    filter: Type.Optional(FilterSchema),
    retrieval: Type.Optional(
      Type.Boolean({
        description:
          '`false`: send the conversation to the model as it is. Default: as the model is configured.',
      }),
    ),
    force_new: Type.Optional(
      Type.Boolean({ description: 'Search and answer anew; the new answer is kept.' }),
    ),
    footnotes: Type.Optional(Type.Boolean({ description: 'Append the list of sources to the text.' })),
    ...ThreadFields,
  },
  { additionalProperties: false, description: 'What Narae adds to OpenAI’s request.' },
);

const MODEL_PARAMETERS = {
  n: OrNull(
    Type.Integer({
      minimum: 1,
      maximum: 128,
      description: 'More than 1 without retrieval, from OpenAI-compatible servers.',
    }),
  ),
  max_tokens: OrNull(Type.Integer({ minimum: 1 })),
  max_completion_tokens: OrNull(Type.Integer({ minimum: 1 })),
  temperature: OrNull(Type.Number({ minimum: 0, maximum: 2 })),
  top_p: OrNull(Type.Number({ minimum: 0, maximum: 1 })),
  stop: OrNull(Type.Union([Type.String(), Type.Array(Type.String())])),
  tools: OrNull(Type.Array(Type.Object({}))),
};

/** Parameters for the model alone, in a field of their own. What is not named here goes on untouched. */
export function ModelParameters(description: string) {
  return Type.Object(MODEL_PARAMETERS, { description });
}

/** Parameters that are not named here go to the model server untouched. */
export const ChatBody = Type.Object({
  model: OrNull(Type.String({ description: 'Default: the first of /v1/models.' })),
  messages: Type.Array(Message, { minItems: 1, maxItems: 10_000 }),
  stream: OrNull(Type.Boolean()),
  stream_options: OrNull(Type.Object({ include_usage: OrNull(Type.Boolean()) })),
  ...MODEL_PARAMETERS,
  user: OrNull(Type.String()),
  force_new: OrNull(Type.Boolean({ description: 'As `narae.force_new`.' })),
  thread_id: OrNull(ThreadId),
  narae: Type.Optional(NaraeFields),
});

export type ChatBody = Static<typeof ChatBody>;

export const EmbeddingsBody = Type.Object({
  model: OrNull(
    Type.String({ description: 'The configured embedder’s id, or its name without the revision.' }),
  ),
  input: Type.Union([Type.String(), Type.Array(Type.Unknown(), { minItems: 1, maxItems: 2_048 })], {
    description: 'A text, or up to 2,048 of them.',
  }),
  encoding_format: OrNull(Type.Union([Type.Literal('float'), Type.Literal('base64')])),
  dimensions: OrNull(Type.Integer({ minimum: 1 })),
  user: OrNull(Type.String()),
});

export type EmbeddingsBody = Static<typeof EmbeddingsBody>;

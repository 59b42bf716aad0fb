import Type, { type Static } from 'typebox';
import { Message, ModelParameters } from '../openai/index.js';
import { FilterSchema } from '../schemas.js';
import { ThreadFields, ThreadId } from '../thread-fields.js';

const MAX_MESSAGES = 1_000;

const Metadata = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'Small facts of the client’s own; at most 64 KiB as JSON, with the title or question beside them.',
});

const OnDisconnect = Type.Union([Type.Literal('cancel'), Type.Literal('continue')], {
  description: 'Whether the answer goes on when the client drops. Default: `threads.onDisconnect`.',
});

export const ChatStreamBody = Type.Object(
  {
    question: Type.Optional(Type.String({ description: 'The question as text.' })),
    messages: Type.Optional(
      Type.Array(Message, {
        minItems: 1,
        maxItems: MAX_MESSAGES,
        description: 'In place of `question`: what is new on the thread, as OpenAI’s messages.',
      }),
    ),
    ...ThreadFields,
    on_disconnect: Type.Optional(OnDisconnect),
    model: Type.Optional(Type.String({ description: 'Default: the first of /v1/models.' })),
    collection: Type.Optional(Type.String({ description: 'Where to look; default: the served collection.' })),
    k: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Passages to consider.' })),
    filter: Type.Optional(FilterSchema),
    retrieval: Type.Optional(
      Type.Boolean({ description: 'Whether to search; default: as the model is configured.' }),
    ),
    force_new: Type.Optional(
      Type.Boolean({ description: 'Search and answer anew; the new answer is kept.' }),
    ),
    footnotes: Type.Optional(Type.Boolean({ description: 'Append the list of sources to the text.' })),
    parameters: Type.Optional(
      ModelParameters('Further parameters for the model, as OpenAI names them: `temperature`, `max_tokens`.'),
    ),
    metadata: Type.Optional(Metadata),
  },
  { additionalProperties: false },
);
export type ChatStreamBody = Static<typeof ChatStreamBody>;

export const RunParams = Type.Object({ run: Type.String() });
export const ResumeQuery = Type.Object(
  {
    last_event_id: Type.Optional(
      Type.String({ description: 'As the header `Last-Event-ID`, for clients that cannot send it.' }),
    ),
    on_disconnect: Type.Optional(OnDisconnect),
  },
  { additionalProperties: false },
);

export const ThreadParams = Type.Object({ id: Type.String() });
export const ThreadRunParams = Type.Object({ id: Type.String(), run: Type.String() });

export const CreateThreadBody = Type.Object(
  {
    id: Type.Optional(ThreadId),
    title: Type.Optional(Type.String({ maxLength: 500 })),
    metadata: Type.Optional(Metadata),
    if_exists: Type.Optional(
      Type.Union([Type.Literal('raise'), Type.Literal('do_nothing')], {
        description: 'What happens where `id` is taken. Default: `raise`, a 409.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type CreateThreadBody = Static<typeof CreateThreadBody>;

export const ListThreadsQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 50 })),
    cursor: Type.Optional(Type.String({ description: 'next_cursor of the page before.' })),
  },
  { additionalProperties: false },
);

export const GetThreadQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 200 })),
    before: Type.Optional(Type.Integer({ minimum: 1, description: 'next_before of the page before.' })),
    branches: Type.Optional(
      Type.Union([Type.Literal('current'), Type.Literal('all')], { description: 'Default: `current`.' }),
    ),
  },
  { additionalProperties: false },
);

export const PatchThreadBody = Type.Object(
  {
    title: Type.Optional(Type.Union([Type.String({ maxLength: 500 }), Type.Null()])),
    metadata: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Merged field by field; a field that is null goes.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const CopyThreadBody = Type.Object(
  {
    id: Type.Optional(ThreadId),
    title: Type.Optional(Type.String({ maxLength: 500 })),
    metadata: Type.Optional(Metadata),
  },
  { additionalProperties: false },
);

export const ForkThreadBody = Type.Object(
  {
    at: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The last turn of the new thread. Default: the current one.' }),
    ),
    ...CopyThreadBody.properties,
  },
  { additionalProperties: false },
);

export const MoveHeadBody = Type.Object(
  {
    sequence: Type.Integer({ minimum: 0, description: 'A turn; 0: an empty conversation.' }),
    exact: Type.Optional(
      Type.Boolean({
        description: 'True: the conversation ends there. Default: it goes on to the newest turn after it.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const PruneBody = Type.Object(
  {
    keep_last: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Turns of the current branch that stay in any case.' }),
    ),
    older_than_seconds: Type.Optional(
      Type.Number({ minimum: 0, description: 'Only turns that are older go.' }),
    ),
  },
  { additionalProperties: false },
);

export const ListRunsQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 20 })),
    offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    status: Type.Optional(
      Type.Union(
        ['pending', 'running', 'success', 'error', 'interrupted', 'timeout'].map((name) =>
          Type.Literal(name),
        ),
      ),
    ),
  },
  { additionalProperties: false },
);

export const CancelRunBody = Type.Object(
  {
    action: Type.Optional(
      Type.Union([Type.Literal('interrupt'), Type.Literal('rollback')], {
        description: '`interrupt` (default) keeps what was written so far; `rollback` undoes the run.',
      }),
    ),
    wait: Type.Optional(Type.Boolean({ description: 'Answer when the run has ended.' })),
  },
  { additionalProperties: false },
);

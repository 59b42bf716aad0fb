import Type, { type Static } from 'typebox';
import {
  CheckpointBody,
  Metadata,
  Name,
  OneOf,
  OrNull,
  refuseFields,
  texts,
  unsupported,
} from '../fields.js';
import {
  type CheckpointRef,
  type GraphCommand,
  type GraphOrder,
  type GraphStreamMode,
  STREAM_MODES,
} from '../graph.js';

const Nodes = Type.Union([Type.Literal('*'), Type.Array(Name, { maxItems: 1_000 })]);
const Mode = Type.String({ maxLength: 32 });

const Config = Type.Object({
  configurable: OrNull(Metadata),
  metadata: OrNull(Metadata),
  tags: OrNull(Type.Array(Type.String(), { maxItems: 64 })),
  recursion_limit: OrNull(Type.Integer({ minimum: 1, maximum: 10_000 })),
});

/** What a run is asked for. */
export const RunBody = Type.Object(
  {
    assistant_id: Name,
    input: Type.Optional(Type.Unknown()),
    command: OrNull(
      Type.Object(
        {
          update: Type.Optional(Type.Unknown()),
          resume: Type.Optional(Type.Unknown()),
          goto: Type.Optional(Type.Unknown()),
        },
        { additionalProperties: false },
      ),
    ),
    config: OrNull(Config),
    context: OrNull(Metadata),
    metadata: OrNull(Metadata),
    stream_mode: OrNull(Type.Union([Mode, Type.Array(Mode, { maxItems: 16 })])),
    stream_subgraphs: OrNull(Type.Boolean()),
    stream_resumable: OrNull(Type.Boolean({ description: 'Every stream can be taken up again.' })),
    interrupt_before: OrNull(Nodes),
    interrupt_after: OrNull(Nodes),
    checkpoint: OrNull(CheckpointBody),
    checkpoint_id: OrNull(Name),
    multitask_strategy: OrNull(OneOf(['enqueue', 'reject', 'interrupt', 'rollback'])),
    on_disconnect: OrNull(OneOf(['continue', 'cancel'])),
    on_completion: OrNull(OneOf(['delete', 'keep'])),
    if_not_exists: OrNull(OneOf(['reject', 'create'])),
    durability: OrNull(OneOf(['sync', 'async', 'exit'])),
    checkpoint_during: OrNull(Type.Boolean()),
    after_seconds: OrNull(Type.Number()),
    webhook: OrNull(Type.String()),
    feedback_keys: OrNull(Type.Union([Type.String(), Type.Array(Type.String())])),
    strict_resume: OrNull(Type.Boolean()),
    langsmith_tracer: OrNull(Type.Unknown()),
  },
  { additionalProperties: false },
);
export type RunBody = Static<typeof RunBody>;

const REFUSED = {
  webhook: 'nobody is called when a run ends; wait for it, or join its stream',
  after_seconds: 'runs begin at once; send it later',
  feedback_keys: 'there is no LangSmith here',
  langsmith_tracer: 'there is no LangSmith here',
  strict_resume: 'a resume is always taken as it is',
};

/** Throws `unsupported_option`. */
export function readOrder(body: RunBody): GraphOrder {
  refuseFields(body, REFUSED);
  const { config, context, command, interrupt_before: before, interrupt_after: after } = body;
  const configured = config?.configurable?.checkpoint_id;
  const checkpoint = readCheckpoint({
    ...body,
    checkpoint_id: body.checkpoint_id ?? (typeof configured === 'string' ? configured : null),
  });
  const durability = body.durability ?? (body.checkpoint_during === false ? 'exit' : undefined);
  return {
    input: body.input ?? null,
    ...(command && { command: readCommand(command) }),
    ...(checkpoint && { checkpoint }),
    config: {
      configurable: config?.configurable ?? {},
      metadata: config?.metadata ?? {},
      ...(config?.tags && { tags: config.tags }),
      ...(config?.recursion_limit && { recursionLimit: config.recursion_limit }),
    },
    ...(context && { context }),
    modes: readModes(body.stream_mode),
    subgraphs: body.stream_subgraphs ?? false,
    ...(before && { interruptBefore: before }),
    ...(after && { interruptAfter: after }),
    ...(durability && { durability }),
  };
}

function readCommand({ update, resume, goto }: GraphCommand): GraphCommand {
  return {
    ...(update !== undefined && update !== null && { update }),
    ...(resume !== undefined && { resume }),
    ...(goto !== undefined && goto !== null && { goto }),
  };
}

export function readCheckpoint(body: {
  readonly checkpoint?: Static<typeof CheckpointBody> | null;
  readonly checkpoint_id?: string | null;
}): CheckpointRef | undefined {
  const id = body.checkpoint?.checkpoint_id ?? body.checkpoint_id;
  const namespace = body.checkpoint?.checkpoint_ns;
  if (!id && !namespace) return undefined;
  return { ...(id && { id }), ...(namespace && { namespace }) };
}

/** Default: `values`. Throws `unsupported_option` for a mode that there is not. */
export function readModes(value: string | readonly string[] | null | undefined): readonly GraphStreamMode[] {
  const asked = texts(value) ?? [];
  const stranger = asked.find((mode) => !(STREAM_MODES as readonly string[]).includes(mode));
  if (stranger !== undefined)
    throw unsupported('stream_mode', `there is no mode "${stranger}"; there are ${STREAM_MODES.join(', ')}`);
  return asked.length === 0 ? ['values'] : ([...new Set(asked)] as GraphStreamMode[]);
}

/** Batches come with the names of the client's own fields: `multitaskStrategy` means `multitask_strategy`. */
export function snakeFields(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

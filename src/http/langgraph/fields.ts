import Type, { type TSchema } from 'typebox';
import { NaraeError } from '../../core/index.js';

/** Clients send null for what they leave out. */
export function OrNull<Schema extends TSchema>(schema: Schema) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

export function OneOf<const Name extends string>(names: readonly Name[]) {
  return Type.Enum([...names] as [Name, ...Name[]]);
}

/** One value, or several, as query strings have them. */
export const TextOrTexts = Type.Union([
  Type.String(),
  Type.Array(Type.String({ maxLength: 128 }), { maxItems: 64 }),
]);

export const Metadata = Type.Record(Type.String(), Type.Unknown());

export const Name = Type.String({ minLength: 1, maxLength: 256 });

export const CheckpointBody = Type.Object({
  thread_id: OrNull(Type.String()),
  checkpoint_ns: OrNull(Type.String({ maxLength: 1_024 })),
  checkpoint_id: OrNull(Name),
  checkpoint_map: OrNull(Metadata),
});

export function texts(value: string | readonly string[] | null | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? [value] : value;
}

/** `unsupported_option`. */
export function unsupported(field: string, reason: string): NaraeError {
  return new NaraeError('unsupported_option', { field, values: { reason } });
}

/** Throws `unsupported_option` for a field that says something. */
export function refuseFields(body: object, reasons: Readonly<Record<string, string>>): void {
  for (const [field, reason] of Object.entries(reasons))
    if (says((body as Record<string, unknown>)[field])) throw unsupported(field, reason);
}

function says(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0) return false;
  return !(Array.isArray(value) && value.length === 0);
}

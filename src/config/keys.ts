import type { TSchema } from 'typebox';
import { defaultOf, traitsOf } from './key.js';
import { CONFIG_SCHEMA } from './schema.js';

/** One configuration key with everything that can be said about it. */
export interface ConfigKey {
  /** Dotted path: `server.port`. */
  readonly key: string;
  readonly schema: TSchema;
  readonly description: string;
  /** Environment variable: `NARAE_PORT`. */
  readonly variable: string;
  /** A further variable, without our prefix. */
  readonly alias?: string;
  /** `--port`, or `[folder]` for an argument; absent for secrets and lists of objects. */
  readonly flag?: string;
  /** `-k`, where there is one. */
  readonly short?: string;
  readonly kind: KeyKind;
  readonly secret: boolean;
  readonly isPath: boolean;
  readonly default: unknown;
}

/** How a value is written where there is only text (environment, flags). */
export type KeyKind = 'text' | 'integer' | 'number' | 'boolean' | 'list' | 'json';

/** Every key, in the order of the schema. */
export const CONFIG_KEYS: readonly ConfigKey[] = Object.entries(CONFIG_SCHEMA.properties).flatMap(
  ([name, part]) =>
    Object.entries(part.properties as Record<string, TSchema>).map(([leaf, schema]) =>
      describeKey(`${name}.${leaf}`, schema),
    ),
);

const KEYS_BY_NAME = new Map(CONFIG_KEYS.map((key) => [key.key, key]));

/** The key with this dotted path, if there is one. */
export function findKey(name: string): ConfigKey | undefined {
  return KEYS_BY_NAME.get(name);
}

function describeKey(key: string, schema: TSchema): ConfigKey {
  const traits = traitsOf(schema);
  const stem = traits.stem ?? toKebab(key);
  const kind = kindOf(schema);
  const flag = traits.secret || kind === 'json' ? undefined : (traits.argument ?? `--${stem}`);
  return {
    key,
    schema,
    description: traits.description,
    variable: `NARAE_${stem.replaceAll('-', '_').toUpperCase()}`,
    ...(traits.alias !== undefined && { alias: traits.alias }),
    ...(flag !== undefined && { flag }),
    ...(traits.short !== undefined && { short: traits.short }),
    kind,
    secret: traits.secret ?? false,
    isPath: traits.path ?? false,
    default: defaultOf(schema),
  };
}

function toKebab(key: string): string {
  return key.replace(/\.|(?=[A-Z])/g, '-').toLowerCase();
}

function kindOf(schema: TSchema): KeyKind {
  const { type, items } = schema as { type?: string; items?: { type?: string } };
  switch (type) {
    case 'integer':
    case 'number':
    case 'boolean':
      return type;
    case 'array':
      return items?.type === 'string' ? 'list' : 'json';
    case 'object':
      return 'json';
    default:
      return 'text';
  }
}

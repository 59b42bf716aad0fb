import type { TSchema } from 'typebox';
// Not `typebox/value`: its conversions would cost every command 50 ms at the start.
import { Check, Errors } from 'typebox/schema';
import { NaraeError } from '../core/index.js';
import type { ConfigKey } from './keys.js';
import { describeOrigin, type Origin, type RawValue } from './origin.js';
import { isSecret } from './secret-fields.js';
import { suggestion } from './suggest.js';

/** Checks one value against its key's schema. Throws `config_invalid` or `config_unknown_key`, naming the place. */
export function checkValue(key: ConfigKey, raw: RawValue): void {
  if (Check(key.schema, raw.value)) return;
  const [, faults] = Errors(key.schema, raw.value);
  const fault = faults.find(({ keyword }) => keyword !== 'boolean');
  const path = (fault?.instancePath ?? '').split('/').slice(1);
  const place = key.key + path.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
  const schema = schemaAt(key.schema, path);
  if (fault?.keyword === 'additionalProperties') {
    const [field = '?'] = fault.params.additionalProperties as string[];
    throw unknownKey(`${place}.${field}`, raw.origin, suggestion(field, propertyNames(schema)));
  }
  if (fault?.keyword === 'required') {
    const [field = '?'] = fault.params.requiredProperties as string[];
    throw invalid(`${place}.${field}`, 'is missing', raw.origin);
  }
  const found = key.secret || path.some(isSecret) ? '' : `, not ${show(valueAt(raw.value, path))}`;
  throw invalid(place, `must be ${expectation(schema)}${found}`, raw.origin);
}

export function invalid(key: string, reason: string, origin: Origin): NaraeError {
  return new NaraeError('config_invalid', {
    field: key,
    values: { key, reason, origin: describeOrigin(origin) },
  });
}

export function unknownKey(key: string, origin: Origin, hint: string): NaraeError {
  return new NaraeError('config_unknown_key', {
    field: key,
    values: { key, origin: describeOrigin(origin), suggestion: hint },
  });
}

/** What a schema takes, in words: `a whole number from 1 to 65535`. */
function expectation(schema: TSchema): string {
  const { type, enum: choices, pattern, minLength = 1, items } = schema as SchemaFacts;
  if (choices) return `one of ${choices.join(', ')}`;
  switch (type) {
    case 'integer':
      return `a whole number${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return items ? `a list, each item ${expectation(items)}` : 'a list';
    case 'object':
      return 'an object';
    default:
      return pattern === undefined ? textWords(minLength) : patternWords(pattern);
  }
}

interface SchemaFacts {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

function range(schema: TSchema): string {
  const { minimum, exclusiveMinimum, maximum } = schema as SchemaFacts;
  const low = minimum !== undefined ? ` from ${minimum}` : ` above ${exclusiveMinimum}`;
  return maximum === undefined ? low : `${low} to ${maximum}`;
}

function textWords(minLength: number): string {
  return minLength > 1 ? `text of at least ${minLength} characters` : 'text that is not empty';
}

function patternWords(pattern: string): string {
  if (pattern.includes('https?')) return 'a URL that starts with http:// or https://';
  if (pattern.includes('\\x20')) return 'one line of ASCII text';
  const name = 'letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit';
  return pattern.includes('*|') ? `"*", or ${name}` : name;
}

function schemaAt(schema: TSchema, path: readonly string[]): TSchema {
  return path.reduce<TSchema>((node, step) => {
    const { items, properties, patternProperties = {} } = node as SchemaFacts;
    return items ?? properties?.[step] ?? Object.values(patternProperties)[0] ?? node;
  }, schema);
}

function propertyNames(schema: TSchema): string[] {
  return Object.keys((schema as SchemaFacts).properties ?? {});
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, step) => (node as Record<string, unknown> | null)?.[step], value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

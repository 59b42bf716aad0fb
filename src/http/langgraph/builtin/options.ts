import type { AnswerRequest, RetrievalOptions } from '../../../answer/spec.js';
import type { Filter } from '../../../retrieval/spec.js';
import type { GraphOrder } from '../graph.js';
import { misfit } from './messages.js';

export interface AnswerDefaults {
  readonly collection: string;
  readonly k: number;
}

type Options = Omit<AnswerRequest, 'requestId' | 'tenant' | 'messages'>;
type Fields = Readonly<Record<string, unknown>>;

/** Parameters for the model, as OpenAI names them. */
const PARAMETERS = ['temperature', 'top_p', 'stop', 'seed', 'user'] as const;

/**
 * What `config.configurable` and `context` say about the answer; the context wins. Other fields are the client's own.
 * Throws `state_invalid`.
 */
export function readOptions({ config, context }: GraphOrder, defaults: AnswerDefaults): Options {
  const fields: Fields = { ...config.configurable, ...(context as Fields | undefined) };
  const model = read(fields, 'model', isText, 'must be the name of a model');
  const maxOutputTokens = read(fields, 'max_tokens', isCount, 'must be a whole number above 0');
  const forceNew = read(fields, 'force_new', isBoolean, 'must be true or false') ?? false;
  return {
    ...(model !== undefined && { model }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    retrieval: retrievalOf(fields, defaults, forceNew),
    cache: { read: !forceNew },
    parameters: Object.fromEntries(
      PARAMETERS.filter((name) => fields[name] !== undefined && fields[name] !== null).map((name) => [
        name,
        fields[name],
      ]),
    ),
  };
}

function retrievalOf(fields: Fields, defaults: AnswerDefaults, forceNew: boolean): RetrievalOptions {
  const retrieval = read(fields, 'retrieval', isBoolean, 'must be true or false');
  if (retrieval === false) return { enabled: false };
  const filter = read(fields, 'filter', isObject, 'must be an object of conditions');
  const k = read(fields, 'k', isCount, 'must be a whole number from 1 to 100') ?? defaults.k;
  if (k > 100) throw misfit('config.configurable.k', 'must be a whole number from 1 to 100');
  return {
    enabled: retrieval ?? 'model-decides',
    collection: read(fields, 'collection', isText, 'must be the name of a collection') ?? defaults.collection,
    k,
    ...(filter !== undefined && { filter: filter as Filter }),
    ...(forceNew && { forceNew }),
  };
}

function read<Value>(
  fields: Fields,
  name: string,
  is: (value: unknown) => value is Value,
  problem: string,
): Value | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!is(value)) throw misfit(`config.configurable.${name}`, problem);
  return value;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { type Closable, contentHash, NaraeError } from '../core/index.js';
import {
  type AnswerCaching,
  EXTRACTIVE,
  type LlmOptions,
  type ModelOptions,
  type ModelPrice,
} from './options.js';
import { invalidOption, ProviderPool } from './provider-pool.js';
import { ExtractiveProvider } from './providers/extractive/index.js';
import { FirstModelProvider } from './providers/first-model.js';
import type { LlmProvider } from './spec.js';

/** Raise it with every change of what the built-in provider writes. */
const EXTRACTIVE_REVISION = '1';

/** A model as clients name it, with the provider that runs it. */
export interface LlmModel {
  readonly name: string;
  readonly provider: LlmProvider;
  readonly upstreamModel: string;
  readonly contextWindowTokens?: number;
  readonly maxOutputTokens?: number;
  /** Other names that clients may use. */
  readonly aliases: readonly string[];
  /** Whether its answers come from the documents where the request does not say; false: a plain gateway. */
  readonly retrieval: boolean;
  /** Another one when anything is configured otherwise that its answers may depend on; for keys of caches. */
  readonly revision: string;
  readonly cache: AnswerCaching;
  /** Absent: unknown. */
  readonly price?: ModelPrice;
}

export interface LlmRegistry extends Closable {
  /** All models, the default first; never empty. */
  readonly models: readonly LlmModel[];
  /** The model of this name or alias, or the default. Throws `model_not_found`, which lists the names. */
  resolve(name: string | undefined): LlmModel;
}

/**
 * Builds every configured model and `extractive`, each on one server. Models of one server and key share its
 * connections. Throws `config_invalid` for a bad address, a name used twice, or a default model that is not there.
 * `close` cuts off what is under way.
 */
export function createLlmRegistry(options: LlmOptions): LlmRegistry {
  const pool = new ProviderPool(options);
  const configured = options.models.map((model, index) => {
    const provider = pool.get(model, `llm.models[${index}]`);
    return toModel(
      { cache: options.cache ?? 'auto', ...model },
      model.useFirstModel === true ? new FirstModelProvider(provider) : provider,
    );
  });
  return registryOf([...configured, extractiveModel(options.cache)], options.defaultModel, () =>
    pool.close(),
  );
}

/** A registry of finished models. Throws `config_invalid` as `createLlmRegistry` does. */
export function registryOf(
  given: readonly LlmModel[],
  defaultModel: string | undefined,
  close: () => Promise<void>,
): LlmRegistry {
  const models = defaultFirst(given, defaultModel);
  checkNames(models);
  const byName = new Map(models.flatMap((model) => namesOf(model).map((name) => [name, model])));
  const resolve = (name?: string): LlmModel => {
    const model = name === undefined ? models[0] : byName.get(name);
    if (model === undefined) throw notFound(name ?? '', models);
    return model;
  };
  return { models, resolve, close };
}

export function toModel(options: ModelOptions, provider: LlmProvider): LlmModel {
  const { name, upstreamModel = name, contextWindowTokens, maxOutputTokens } = options;
  return {
    name,
    aliases: options.aliases ?? [],
    provider,
    upstreamModel,
    retrieval: options.retrieval ?? true,
    revision: revisionOf(options),
    cache: options.cache ?? 'auto',
    ...(options.price !== undefined && { price: options.price }),
    ...(contextWindowTokens !== undefined && { contextWindowTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

export function extractiveModel(cache: AnswerCaching = 'auto'): LlmModel {
  const provider = new ExtractiveProvider();
  return {
    name: EXTRACTIVE,
    aliases: [],
    provider,
    upstreamModel: EXTRACTIVE,
    retrieval: true,
    revision: EXTRACTIVE_REVISION,
    cache,
  };
}

/** Neither names nor keys and prices: who pays, and how it is called, changes no answer. */
function revisionOf({
  name: _name,
  aliases: _aliases,
  apiKey: _key,
  price: _price,
  cache: _cache,
  ...rest
}: ModelOptions): string {
  return contentHash(JSON.stringify(rest, (key, value: unknown) => (key === 'apiKey' ? undefined : value)));
}

function defaultFirst(models: readonly LlmModel[], name: string | undefined): readonly LlmModel[] {
  const first = name === undefined ? models[0] : models.find((model) => namesOf(model).includes(name));
  if (first === undefined)
    throw invalidOption('llm.defaultModel', `names no model; there are: ${nameList(models)}`);
  return [first, ...models.filter((model) => model !== first)];
}

function checkNames(models: readonly LlmModel[]): void {
  const names = models.flatMap(namesOf);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw invalidOption('llm.models', `has the name "${twice}" twice`);
}

function notFound(model: string, models: readonly LlmModel[]): NaraeError {
  return new NaraeError('model_not_found', {
    values: { model, available: nameList(models) },
    field: 'model',
  });
}

function nameList(models: readonly LlmModel[]): string {
  return models.flatMap(namesOf).join(', ');
}

function namesOf({ name, aliases }: LlmModel): readonly string[] {
  return [name, ...aliases];
}

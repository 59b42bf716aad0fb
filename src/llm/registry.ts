import { type Closable, NaraeError } from '../core/index.js';
import { EXTRACTIVE, type LlmOptions, type ModelOptions } from './options.js';
import { invalidOption, ProviderPool } from './provider-pool.js';
import { ExtractiveProvider } from './providers/extractive/index.js';
import { FirstModelProvider } from './providers/first-model.js';
import type { LlmProvider } from './spec.js';

/** A model as clients name it, with the provider that runs it. */
export interface LlmModel {
  readonly name: string;
  readonly provider: LlmProvider;
  readonly upstreamModel: string;
  readonly contextWindowTokens?: number;
  readonly maxOutputTokens?: number;
}

export interface LlmRegistry extends Closable {
  /** All models, the default first; never empty. */
  readonly models: readonly LlmModel[];
  /** The named model, or the default. Throws `model_not_found`, which lists the names. */
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
    return toModel(model, model.useFirstModel === true ? new FirstModelProvider(provider) : provider);
  });
  return registryOf([...configured, extractiveModel()], options.defaultModel, () => pool.close());
}

/** A registry of finished models. Throws `config_invalid` as `createLlmRegistry` does. */
export function registryOf(
  given: readonly LlmModel[],
  defaultModel: string | undefined,
  close: () => Promise<void>,
): LlmRegistry {
  const models = defaultFirst(given, defaultModel);
  checkNames(models);
  return { models, resolve: (name) => resolve(models, name), close };
}

export function toModel(options: ModelOptions, provider: LlmProvider): LlmModel {
  const { name, upstreamModel = name, contextWindowTokens, maxOutputTokens } = options;
  return {
    name,
    provider,
    upstreamModel,
    ...(contextWindowTokens !== undefined && { contextWindowTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

export function extractiveModel(): LlmModel {
  return { name: EXTRACTIVE, provider: new ExtractiveProvider(), upstreamModel: EXTRACTIVE };
}

function defaultFirst(models: readonly LlmModel[], name: string | undefined): readonly LlmModel[] {
  const first = name === undefined ? models[0] : models.find((model) => model.name === name);
  if (first === undefined)
    throw invalidOption('llm.defaultModel', `names no model; there are: ${nameList(models)}`);
  return [first, ...models.filter((model) => model !== first)];
}

function checkNames(models: readonly LlmModel[]): void {
  const twice = models.find((model, index) => models.findIndex((other) => other.name === model.name) < index);
  if (twice !== undefined) throw invalidOption('llm.models', `has the name "${twice.name}" twice`);
}

function resolve(models: readonly LlmModel[], name: string | undefined): LlmModel {
  const model = name === undefined ? models[0] : models.find((candidate) => candidate.name === name);
  if (model !== undefined) return model;
  const values = { model: name ?? '', available: nameList(models) };
  throw new NaraeError('model_not_found', { values, field: 'model' });
}

function nameList(models: readonly LlmModel[]): string {
  return models.map((model) => model.name).join(', ');
}

import { type Closable, Closer, NaraeError } from '../core/index.js';
import { DEFAULT_BASE_URLS, EXTRACTIVE, type LlmOptions, type ModelOptions } from './options.js';
import { anthropicDialect } from './providers/anthropic/dialect.js';
import { ExtractiveProvider } from './providers/extractive/index.js';
import { FirstModelProvider } from './providers/first-model.js';
import { openAiDialect } from './providers/openai/dialect.js';
import { UpstreamProvider } from './providers/upstream-provider.js';
import type { LlmProvider } from './spec.js';
import { DeadlineWheel } from './upstream/deadline-wheel.js';

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

const DIALECTS = { openai: openAiDialect, anthropic: anthropicDialect };

/**
 * Builds every configured model and `extractive`. Models of one server and key share its connections.
 * Throws `config_invalid` for a bad address, a name used twice, or a default model that is not there.
 * `close` cuts off what is under way.
 */
export function createLlmRegistry(options: LlmOptions): LlmRegistry {
  const providers = new Map<string, LlmProvider>();
  const wheel = new DeadlineWheel();
  const configured = options.models.map((model, index) => {
    const provider = providerFor(model, `llm.models[${index}]`, options, wheel, providers);
    return toModel(model, model.useFirstModel === true ? new FirstModelProvider(provider) : provider);
  });
  const models = defaultFirst([...configured, extractiveModel()], options.defaultModel);
  checkNames(models);
  return { models, resolve: (name) => resolve(models, name), close: closerOf([...providers.values()]) };
}

function providerFor(
  model: ModelOptions,
  key: string,
  options: LlmOptions,
  wheel: DeadlineWheel,
  providers: Map<string, LlmProvider>,
): LlmProvider {
  const { provider, apiKey, headers = {} } = model;
  const baseUrl = checkedUrl(model.baseUrl ?? DEFAULT_BASE_URLS[provider], `${key}.baseUrl`, provider);
  const identity = JSON.stringify([provider, baseUrl, apiKey, headers]);
  const known = providers.get(identity);
  if (known !== undefined) return known;
  const { maxConnections } = options;
  const settings = { baseUrl, apiKey, headers, timeouts: options, maxConnections, wheel };
  const made = new UpstreamProvider(DIALECTS[provider], settings);
  providers.set(identity, made);
  return made;
}

/** Anthropic's paths bring their own `/v1`; users often write it into the address as well. */
function checkedUrl(baseUrl: string, key: string, provider: ModelOptions['provider']): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw invalid(key, `must be an address such as ${DEFAULT_BASE_URLS[provider]}`);
  return provider === 'anthropic' ? baseUrl.replace(/\/v1\/*$/, '') : baseUrl;
}

function toModel(options: ModelOptions, provider: LlmProvider): LlmModel {
  const { name, upstreamModel = name, contextWindowTokens, maxOutputTokens } = options;
  return {
    name,
    provider,
    upstreamModel,
    ...(contextWindowTokens !== undefined && { contextWindowTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

function extractiveModel(): LlmModel {
  return { name: EXTRACTIVE, provider: new ExtractiveProvider(), upstreamModel: EXTRACTIVE };
}

function defaultFirst(models: readonly LlmModel[], name: string | undefined): readonly LlmModel[] {
  const first = name === undefined ? models[0] : models.find((model) => model.name === name);
  if (first === undefined)
    throw invalid('llm.defaultModel', `names no model; there are: ${nameList(models)}`);
  return [first, ...models.filter((model) => model !== first)];
}

function checkNames(models: readonly LlmModel[]): void {
  const twice = models.find((model, index) => models.findIndex((other) => other.name === model.name) < index);
  if (twice !== undefined) throw invalid('llm.models', `has the name "${twice.name}" twice`);
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

function closerOf(providers: readonly LlmProvider[]): () => Promise<void> {
  const closer = new Closer();
  for (const provider of providers) closer.add(`the ${provider.name} provider`, () => provider.close());
  return () => closer.close();
}

function invalid(key: string, reason: string): NaraeError {
  return new NaraeError('config_invalid', { values: { key, reason, origin: 'the model options' } });
}

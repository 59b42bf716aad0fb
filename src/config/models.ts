import type { Config, ModelEntry } from './schema.js';
import { trimSlash, VENDOR_DEFAULTS } from './vendors.js';

/** A model that can be asked, ready to be given to a provider. */
export type ConfiguredModel =
  | { readonly provider: 'extractive'; readonly name: 'extractive' }
  | UpstreamModel;

export interface UpstreamModel {
  readonly provider: 'openai' | 'anthropic';
  /** Name for clients; absent: take the first model that the upstream lists, at start. */
  readonly name?: string;
  /** Further names for clients. */
  readonly aliases?: readonly string[];
  /** False: a plain gateway, unless a request asks for the documents. */
  readonly retrieval?: boolean;
  /** Name for the upstream; absent together with `name`. */
  readonly upstreamModel?: string;
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Further headers for the upstream. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly contextWindowTokens: number;
  readonly maxOutputTokens?: number;
  /** Servers that run it, in place of the one at `baseUrl`. */
  readonly endpoints?: NonNullable<ModelEntry['endpoints']>;
  /** In place of `routing.policy`, `routing.fallback` and the `routing.stop…` keys. */
  readonly policy?: NonNullable<ModelEntry['policy']>;
  readonly fallback?: readonly string[];
  readonly earlyStop?: NonNullable<ModelEntry['earlyStop']>;
  /** In place of `cache.answers`. */
  readonly cache?: NonNullable<ModelEntry['cache']>;
  /** US dollars for a million tokens; absent: unknown. */
  readonly price?: { readonly inputPerMillion: number; readonly outputPerMillion: number };
}

/** All models, the default first, always with `extractive` among them. */
export function configuredModels({ llm }: Config): readonly ConfiguredModel[] {
  const entries = llm.models.map((entry) => entryModel(entry, llm));
  const named = entries.find((entry) => isNamed(entry, llm.model));
  const extractive = { provider: 'extractive', name: 'extractive' } as const;
  if (named) return [named, ...entries.filter((entry) => entry !== named), extractive];
  if (llm.provider !== 'extractive') return [mainModel(llm, llm.provider), ...entries, extractive];
  return [extractive, ...entries];
}

function mainModel(llm: Config['llm'], provider: 'openai' | 'anthropic'): UpstreamModel {
  const vendor = VENDOR_DEFAULTS[provider];
  const baseUrl = trimSlash(llm.baseUrl ?? vendor.baseUrl);
  const name = llm.model ?? (baseUrl === vendor.baseUrl ? vendor.model : undefined);
  return {
    provider,
    baseUrl,
    contextWindowTokens: llm.contextWindowTokens,
    ...(name !== undefined && { name, upstreamModel: name }),
    ...(llm.apiKey !== undefined && { apiKey: llm.apiKey }),
    ...(llm.maxOutputTokens !== undefined && { maxOutputTokens: llm.maxOutputTokens }),
    ...priceOf(llm),
  };
}

function entryModel(entry: ModelEntry, llm: Config['llm']): UpstreamModel {
  const maxOutputTokens = entry.maxOutputTokens ?? llm.maxOutputTokens;
  const { aliases, retrieval, policy, fallback, earlyStop, cache } = entry;
  return {
    provider: entry.provider,
    name: entry.name,
    upstreamModel: entry.upstreamModel ?? entry.name,
    baseUrl: trimSlash(entry.baseUrl ?? VENDOR_DEFAULTS[entry.provider].baseUrl),
    contextWindowTokens: entry.contextWindowTokens ?? llm.contextWindowTokens,
    ...(entry.apiKey !== undefined && { apiKey: entry.apiKey }),
    ...(entry.headers !== undefined && { headers: entry.headers }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(entry.endpoints !== undefined && { endpoints: entry.endpoints.map(trimmedUrl) }),
    ...(aliases !== undefined && { aliases }),
    ...(retrieval !== undefined && { retrieval }),
    ...(policy !== undefined && { policy }),
    ...(fallback !== undefined && { fallback }),
    ...(earlyStop !== undefined && { earlyStop }),
    ...(cache !== undefined && { cache }),
    ...priceOf(entry),
  };
}

function priceOf({
  inputPricePerMillion,
  outputPricePerMillion,
}: Pick<ModelEntry, 'inputPricePerMillion' | 'outputPricePerMillion'>): Pick<UpstreamModel, 'price'> {
  if (inputPricePerMillion === undefined && outputPricePerMillion === undefined) return {};
  const [inputPerMillion = 0, outputPerMillion = 0] = [inputPricePerMillion, outputPricePerMillion];
  return { price: { inputPerMillion, outputPerMillion } };
}

/** Whether `name` is the model's own name or one of its aliases. */
export function isNamed(
  model: { readonly name?: string; readonly aliases?: readonly string[] },
  name: string | undefined,
): boolean {
  return name !== undefined && (model.name === name || model.aliases?.includes(name) === true);
}

function trimmedUrl<Entry extends { readonly baseUrl?: string }>(entry: Entry): Entry {
  return entry.baseUrl === undefined ? entry : { ...entry, baseUrl: trimSlash(entry.baseUrl) };
}

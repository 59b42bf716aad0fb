import { type Config, configuredModels } from '../config/index.js';
import type { LlmRegistry } from '../llm/index.js';

/** The model that answers when a request names none. */
export interface DefaultModel {
  readonly provider: string;
  readonly model: string;
  /** No model was named: the first that the upstream lists answers, whatever `model` calls it for clients. */
  readonly takesFirst?: true;
  /** Absent for `extractive`. */
  readonly baseUrl?: string;
  /** Asks the upstream for its models. Rejects with an `llm_…` error. */
  listModels(signal: AbortSignal): Promise<readonly string[]>;
}

export function describeDefaultModel(registry: LlmRegistry, config: Config): DefaultModel {
  const { name, provider } = registry.resolve(undefined);
  const [configured] = configuredModels(config);
  return {
    provider: provider.name,
    model: name,
    ...(configured?.name === undefined && { takesFirst: true }),
    ...(configured && 'baseUrl' in configured && { baseUrl: configured.baseUrl }),
    listModels: (signal) => provider.listModels(signal),
  };
}

import { createRoutedModels, defaultRoutingOptions, type RoutedModels } from '../../src/llm/index.js';
import {
  defaultLlmOptions,
  type RoutedLlmOptions,
  type RoutedModelOptions,
  type RoutingOptions,
} from '../../src/llm/options.js';
import type { LlmPart, LlmRequest } from '../../src/llm/spec.js';
import type { NaraeEvent } from '../../src/observe/index.js';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.js';

export interface RoutedSetup {
  readonly models: readonly RoutedModelOptions[];
  readonly routing?: Partial<RoutingOptions>;
  readonly llm?: Partial<RoutedLlmOptions>;
}

/** Quick retries, so that tests need not wait. */
export const QUICK: RoutingOptions['retry'] = {
  maxAttempts: 3,
  backoff: { minMs: 2, maxMs: 10 },
  retryAfterMaxMs: 10_000,
};

/** Real providers on real sockets, with what they emit. */
export class RoutedLab {
  readonly events: NaraeEvent[] = [];
  readonly upstreams: FakeUpstream[] = [];
  readonly #registries: RoutedModels[] = [];

  async upstream(scripts: Parameters<typeof startFakeUpstream>[0] = {}): Promise<FakeUpstream> {
    const upstream = await startFakeUpstream(scripts);
    this.upstreams.push(upstream);
    return upstream;
  }

  models({ models, routing, llm }: RoutedSetup): RoutedModels {
    const registry = createRoutedModels(
      {
        ...defaultLlmOptions,
        ...llm,
        models,
        routing: { ...defaultRoutingOptions, retry: QUICK, ...routing },
      },
      { emit: (event) => void this.events.push(event) },
    );
    this.#registries.push(registry);
    return registry;
  }

  ofType<Type extends NaraeEvent['type']>(type: Type): Extract<NaraeEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<NaraeEvent, { type: Type }> => event.type === type);
  }

  async close(): Promise<void> {
    for (const registry of this.#registries) await registry.close();
    for (const upstream of this.upstreams) await upstream.close();
  }
}

export const ASK: LlmRequest = {
  model: 'm',
  messages: [{ role: 'user', content: '나래가 뭐예요? What is Narae?' }],
  question: 'What is Narae?',
  passages: [],
  retrieval: 'off',
  parameters: {},
};

export interface Answer {
  readonly text: string;
  readonly parts: readonly LlmPart[];
}

export async function ask(
  registry: RoutedModels,
  model?: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<Answer> {
  const { provider, upstreamModel } = registry.resolve(model);
  const parts: LlmPart[] = [];
  for await (const batch of provider.stream({ ...ASK, model: upstreamModel }, { signal, requestId: 'r1' }))
    parts.push(...batch);
  return { text: parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join(''), parts };
}

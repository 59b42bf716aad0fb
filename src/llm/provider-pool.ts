import { Closer, NaraeError } from '../core/index.js';
import { DEFAULT_BASE_URLS, type LlmOptions, type UpstreamOptions } from './options.js';
import { anthropicDialect } from './providers/anthropic/dialect.js';
import { openAiDialect } from './providers/openai/dialect.js';
import { UpstreamProvider } from './providers/upstream-provider.js';
import type { LlmProvider } from './spec.js';
import { DeadlineWheel } from './upstream/deadline-wheel.js';

const DIALECTS = { openai: openAiDialect, anthropic: anthropicDialect };

/** The model servers by address, key and headers: whoever names the same one shares its connections. */
export class ProviderPool {
  /** One timer for the deadlines of all streams. */
  readonly wheel = new DeadlineWheel();
  readonly #options: Omit<LlmOptions, 'models'>;
  readonly #providers = new Map<string, LlmProvider>();

  constructor(options: Omit<LlmOptions, 'models'>) {
    this.#options = options;
  }

  /** The provider of a server; `key` is where its address was configured. Throws `config_invalid`. */
  get(upstream: UpstreamOptions, key: string): LlmProvider {
    const { provider, apiKey, headers = {} } = upstream;
    const baseUrl = checkedUrl(upstream.baseUrl ?? DEFAULT_BASE_URLS[provider], `${key}.baseUrl`, provider);
    const identity = JSON.stringify([provider, baseUrl, apiKey, headers]);
    const known = this.#providers.get(identity);
    if (known !== undefined) return known;
    const { maxConnections, keepAliveMs } = this.#options;
    const settings = {
      baseUrl,
      apiKey,
      headers,
      timeouts: this.#options,
      maxConnections,
      keepAliveMs,
      wheel: this.wheel,
    };
    const made = new UpstreamProvider(DIALECTS[provider], settings);
    this.#providers.set(identity, made);
    return made;
  }

  /** Cuts off what is under way. */
  async close(): Promise<void> {
    const closer = new Closer();
    for (const provider of this.#providers.values())
      closer.add(`the ${provider.name} provider`, () => provider.close());
    await closer.close();
  }
}

/** Anthropic's paths bring their own `/v1`; users often write it into the address as well. */
function checkedUrl(baseUrl: string, key: string, provider: UpstreamOptions['provider']): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw invalidOption(key, `must be an address such as ${DEFAULT_BASE_URLS[provider]}`);
  return provider === 'anthropic' ? baseUrl.replace(/\/v1\/*$/, '') : baseUrl;
}

export function invalidOption(key: string, reason: string): NaraeError {
  return new NaraeError('config_invalid', { values: { key, reason, origin: 'the model options' } });
}

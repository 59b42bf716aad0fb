/** Options of the models; `config` fills them from defaults, file, environment and flags. */

export interface LlmTimeouts {
  /** From sending the request to the first text, reasoning or tool call. */
  readonly firstTokenTimeoutMs: number;
  /** Between two of them. */
  readonly stallTimeoutMs: number;
  /** From sending the request to the end of the answer. */
  readonly totalTimeoutMs: number;
}

export interface LlmOptions extends LlmTimeouts {
  /** Configured models; `extractive` is always there beside them. */
  readonly models: readonly ModelOptions[];
  /** Name of the model used when a request names none. Default: the first configured, else `extractive`. */
  readonly defaultModel?: string;
  /** Which answers are kept of models that do not say. Default `auto`. */
  readonly cache?: AnswerCaching;
  /** To open a connection to the model server: the look-up of its name, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** Connections to one model server. */
  readonly maxConnections: number;
  /** How long an unused connection stays open for the next request, unless the server asks for less. */
  readonly keepAliveMs: number;
}

/** A model server: models that name the same one share its connections. */
export interface UpstreamOptions {
  readonly provider: 'openai' | 'anthropic';
  /** Default: OpenAI's or Anthropic's public address. */
  readonly baseUrl?: string;
  readonly apiKey?: string;
  /** Extra headers for the model server, such as an organisation. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One model as clients name it, and where it lives. */
export interface ModelOptions extends UpstreamOptions {
  /** What clients put into `model`. */
  readonly name: string;
  /** Other names that clients may use. Default: none. */
  readonly aliases?: readonly string[];
  /** False: its answers do not come from the documents unless a request wants it. Default: true. */
  readonly retrieval?: boolean;
  /** The name that the model server knows. Default: `name`. */
  readonly upstreamModel?: string;
  /** True: use whichever model the server lists first, whatever it is called. Default: false. */
  readonly useFirstModel?: boolean;
  /** Tokens that prompt and answer may take together; prompts are fitted to it. */
  readonly contextWindowTokens?: number;
  /** Most tokens of one answer, where the request does not say. */
  readonly maxOutputTokens?: number;
  /** Which of its answers are kept for the next who asks the same. Default `auto`. */
  readonly cache?: AnswerCaching;
  /** What it costs. Default: nothing is known. */
  readonly price?: ModelPrice;
}

/**
 * `auto`: answers from the documents, unless the request sets a temperature above 0. `always`: also those, and
 * answers without the documents. `never`: none.
 */
export type AnswerCaching = 'auto' | 'always' | 'never';

/** US dollars for a million tokens. */
export interface ModelPrice {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
}

export const EXTRACTIVE = 'extractive';

export const defaultLlmOptions: LlmOptions = Object.freeze({
  models: [],
  connectTimeoutMs: 10_000,
  firstTokenTimeoutMs: 120_000,
  stallTimeoutMs: 60_000,
  totalTimeoutMs: 600_000,
  maxConnections: 20_000,
  keepAliveMs: 4_000,
});

export const DEFAULT_BASE_URLS = Object.freeze({
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
});

export type {
  EarlyStopOptions,
  EndpointOptions,
  HedgeOptions,
  LimitOptions,
  PolicyName,
  RoutedLlmOptions,
  RoutedModelOptions,
  RoutingOptions,
} from './routing/options.js';

import { checkInteger } from '../check.js';

/** What a model name may set for its own calls: `mock:first_token_ms=200,tokens=12`. */
export interface MockSettings {
  /** From the request to the first token. Default 0. */
  readonly firstTokenMs: number;
  /** Between two tokens. 0: the whole answer at once. Default 0. */
  readonly tokenMs: number;
  /** Tokens of an answer, unless the request asks for fewer. Default 64. */
  readonly tokens: number;
  /** `Retry-After` of refusals that carry one. Default 1. */
  readonly retryAfterSeconds: number;
}

export interface MockLlmOptions extends Partial<MockSettings> {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Length of embeddings, unless the request says `dimensions`. Default 256. */
  readonly embeddingDimensions?: number;
}

/** Names of the settings as users write them, in model names and in error messages, with what they allow. */
export const SETTING_LIMITS = {
  first_token_ms: { setting: 'firstTokenMs', max: 3_600_000 },
  token_ms: { setting: 'tokenMs', max: 3_600_000 },
  tokens: { setting: 'tokens', max: 100_000 },
  retry_after_seconds: { setting: 'retryAfterSeconds', max: 86_400 },
} as const satisfies Record<string, { setting: keyof MockSettings; max: number }>;

export const EMBEDDING_DIMENSIONS_LIMIT = 8192;

export type CheckedOptions = Required<MockLlmOptions>;

/** Fills in defaults. Throws `config_invalid` for a value out of its range. */
export function checkOptions(options: MockLlmOptions): CheckedOptions {
  const checked = {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    firstTokenMs: options.firstTokenMs ?? 0,
    tokenMs: options.tokenMs ?? 0,
    tokens: options.tokens ?? 64,
    retryAfterSeconds: options.retryAfterSeconds ?? 1,
    embeddingDimensions: options.embeddingDimensions ?? 256,
  };
  for (const { setting, max } of Object.values(SETTING_LIMITS))
    checkInteger(setting, checked[setting], 0, max);
  checkInteger('embeddingDimensions', checked.embeddingDimensions, 1, EMBEDDING_DIMENSIONS_LIMIT);
  checkInteger('port', checked.port, 0, 65_535);
  return checked;
}

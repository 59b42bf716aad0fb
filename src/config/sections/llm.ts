import Type from 'typebox';
import { section } from '../key.js';
import { ANSWER_CACHING } from './cache.js';
import { POLICY, STOP_TEXTS } from './routing.js';

const BASE_URL = '^https?://\\S+$';

/** They may hold keys. */
const HEADERS = Type.Record(
  Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }),
  Type.String({ pattern: '^[\\t\\x20-\\x7e]*$', maxLength: 8_192 }),
  {
    maxProperties: 50,
    secret: true,
    description: 'Sent with every request, in place of our own of that name',
  },
);

/** One entry of a model's `endpoints`; what is left out is the model's. */
const ENDPOINT_ENTRY = section({
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Name in logs and metrics; else host and port',
    }),
  ),
  provider: Type.Optional(Type.Enum(['openai', 'anthropic'], { description: 'Protocol of this endpoint' })),
  baseUrl: Type.Optional(Type.String({ pattern: BASE_URL, description: 'Base URL of this endpoint' })),
  apiKey: Type.Optional(Type.String({ minLength: 1, secret: true, description: 'Key for this endpoint' })),
  headers: Type.Optional(HEADERS),
  upstreamModel: Type.Optional(
    Type.String({ minLength: 1, description: 'Name of the model on this endpoint' }),
  ),
  weight: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000, description: 'Share of the calls; 1 by default' }),
  ),
});

const EARLY_STOP_ENTRY = section({
  maxCharacters: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
  maxTokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
  sentenceEndAfterCharacters: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000 })),
  stopTexts: Type.Optional(STOP_TEXTS),
});

/** US dollars for a million tokens. */
const PRICE = Type.Number({ minimum: 0, maximum: 1_000_000 });

/** One entry of `llm.models`. */
const MODEL_ENTRY = section({
  name: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'Name that clients ask for',
  }),
  aliases: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      maxItems: 20,
      description: 'Further names that clients may ask for',
    }),
  ),
  retrieval: Type.Optional(
    Type.Boolean({
      description:
        'False: a plain gateway to the model, without the documents, unless a request asks for them; default true',
    }),
  ),
  provider: Type.Enum(['openai', 'anthropic'], { description: 'Protocol that the upstream speaks' }),
  baseUrl: Type.Optional(Type.String({ pattern: BASE_URL, description: 'Base URL of the upstream' })),
  apiKey: Type.Optional(Type.String({ minLength: 1, secret: true, description: 'Key for the upstream' })),
  headers: Type.Optional(HEADERS),
  upstreamModel: Type.Optional(
    Type.String({ minLength: 1, description: 'Name that the upstream knows, where it differs from `name`' }),
  ),
  contextWindowTokens: Type.Optional(Type.Integer({ minimum: 512, maximum: 100_000_000 })),
  maxOutputTokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
  endpoints: Type.Optional(
    Type.Array(ENDPOINT_ENTRY, {
      minItems: 1,
      maxItems: 100,
      description: 'Servers that run this model; without them the one at `baseUrl`',
    }),
  ),
  policy: Type.Optional(POLICY),
  fallback: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      maxItems: 16,
      description: 'In place of `routing.fallback`',
    }),
  ),
  earlyStop: Type.Optional(EARLY_STOP_ENTRY),
  cache: Type.Optional(ANSWER_CACHING),
  inputPricePerMillion: Type.Optional(PRICE),
  outputPricePerMillion: Type.Optional(PRICE),
});

export const LLM_SECTION = section({
  provider: Type.Enum(['auto', 'extractive', 'openai', 'anthropic'], {
    default: 'auto',
    description:
      'Who writes answers; `auto` takes the first that is configured: `openai`, `anthropic`, else `extractive`, which quotes the documents and needs no model',
  }),
  model: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Model, or the name of an entry of `llm.models`; else `gpt-4.1-mini`, `claude-haiku-4-5`, or the first that another upstream lists',
    }),
  ),
  baseUrl: Type.Optional(
    Type.String({
      pattern: BASE_URL,
      description: 'Base URL of the upstream: `http://127.0.0.1:11434/v1` for Ollama, for example',
    }),
  ),
  apiKey: Type.Optional(Type.String({ minLength: 1, secret: true, description: 'Key for the upstream' })),
  connectTimeoutSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 600,
    default: 5,
    description: 'Longest wait for a connection to the upstream: looking its name up, TCP and TLS together',
  }),
  maxConnections: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description:
        'Connections to one model server, and so calls under way; else as many as `routing.maxInFlightPerEndpoint` needs',
    }),
  ),
  keepAliveSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 3600,
    default: 4,
    description:
      'How long an unused connection to the upstream is kept; less than the upstream itself keeps it, which is 5 s for many',
  }),
  firstTokenTimeoutSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 3600,
    default: 60,
    description: 'Longest wait for the first piece of an answer; a local model may need time to load',
  }),
  stallTimeoutSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 3600,
    default: 30,
    description: 'Longest silence within an answer',
  }),
  totalTimeoutSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 86_400,
    default: 600,
    description: 'Longest time for one answer',
  }),
  contextWindowTokens: Type.Integer({
    minimum: 512,
    maximum: 100_000_000,
    default: 32_768,
    description: 'Tokens that the model can read and write at once; older messages are left out to fit',
  }),
  maxOutputTokens: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_000_000,
      description: 'Most tokens in an answer, where the request does not say; else what the upstream does',
    }),
  ),
  inputPricePerMillion: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1_000_000,
      description: 'Price of a million input tokens in US dollars, for what the cache has saved',
    }),
  ),
  outputPricePerMillion: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1_000_000,
      description: 'Price of a million output tokens in US dollars',
    }),
  ),
  models: Type.Array(MODEL_ENTRY, {
    maxItems: 100,
    default: [],
    description:
      'Further models by name: `{name, aliases, retrieval, provider, baseUrl, apiKey, headers, upstreamModel, contextWindowTokens, maxOutputTokens, endpoints, policy, fallback, earlyStop}`',
  }),
});

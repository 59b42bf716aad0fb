import Type from 'typebox';
import { section } from '../key.js';

/** How the next call's endpoint is chosen. */
export const POLICY = Type.Enum(['latency', 'weighted', 'round-robin', 'least-in-flight'], {
  default: 'latency',
  description:
    "How the next call's endpoint is chosen: `latency` (the better of two by first-token time and load), `weighted`, `round-robin` or `least-in-flight`",
});

export const STOP_TEXTS = Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
  maxItems: 16,
  default: [],
  description: 'End an answer before the first of these texts',
});

export const ROUTING_SECTION = section({
  policy: POLICY,
  maxAttempts: Type.Integer({
    minimum: 1,
    maximum: 20,
    default: 3,
    description: 'Attempts at one answer on the endpoints of a model, as long as nothing of it has arrived',
  }),
  retryBackoffSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 60,
    default: 0.25,
    description: 'Wait before trying the same endpoint again; doubles each time, half of it by chance',
  }),
  retryBackoffMaxSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 600,
    default: 5,
    description: 'Longest such wait',
  }),
  retryAfterMaxSeconds: Type.Number({
    minimum: 0,
    maximum: 3600,
    default: 10,
    description: 'Longest `Retry-After` of an upstream that is waited for; a longer one is passed on',
  }),
  retryBudgetRatio: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.1,
    description: 'Retries on the same endpoint, as a share of all calls of a model',
  }),
  retryBudgetPerSecond: Type.Number({
    minimum: 0,
    maximum: 1000,
    default: 1,
    description: 'Retries a second that are allowed besides that share',
  }),
  breakerFailures: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 5,
    description: 'Failures within the window that take an endpoint out of service',
  }),
  breakerFailureRatio: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.1,
    description: 'Least share of failures among the calls of the window for that',
  }),
  breakerWindowSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 86_400,
    default: 60,
    description: 'Length of the window in which failures are counted',
  }),
  breakerOpenSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 86_400,
    default: 60,
    description: 'How long an endpoint stays out of service before one call tries it again',
  }),
  maxInFlight: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 10_000,
    description: 'Answers of all models under way at once',
  }),
  maxInFlightPerEndpoint: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 10_000,
    description: 'Calls under way at once to one model server',
  }),
  adaptiveLimit: Type.Boolean({
    default: false,
    description:
      "Let a model server's limit follow its first-token time, up to `routing.maxInFlightPerEndpoint`",
  }),
  maxWaiting: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 1000,
    description:
      'Requests that may wait for a place: in all, and for each model server; further ones get 503',
  }),
  maxWaitSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 3600,
    default: 10,
    description: 'Longest such wait; then 503 with `Retry-After`',
  }),
  hedge: Type.Boolean({
    default: false,
    description:
      'Make a second call when the first content takes longer than it does for 95 % of calls; the first to come wins, the other is cancelled',
  }),
  hedgeRatio: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.02,
    description: 'Second calls at most, as a share of all calls of a model',
  }),
  fallback: Type.Array(Type.String({ minLength: 1 }), {
    maxItems: 16,
    default: [],
    description:
      'Models to ask, in this order, when a model fails before its first content; `extractive` may be the last resort',
  }),
  staleAnswersMb: Type.Integer({
    minimum: 0,
    maximum: 65_536,
    default: 0,
    description:
      'Memory for answers that stand in, marked with `narae.stale_since`, when a model and its fallbacks fail before any content and the same prompt was answered before; 0: none',
  }),
  staleAnswersHours: Type.Number({
    exclusiveMinimum: 0,
    maximum: 8760,
    default: 24,
    description: 'How long such an answer is kept',
  }),
  stopAfterCharacters: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100_000_000,
      description: 'End an answer at this many characters',
    }),
  ),
  stopAfterTokens: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100_000_000,
      description: 'End an answer at this many tokens, as estimated',
    }),
  ),
  stopAtSentenceAfterCharacters: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100_000_000,
      description: 'End an answer with the first sentence that ends after this many characters',
    }),
  ),
  stopTexts: STOP_TEXTS,
});

/** The request and the stream of the answer flow; every dialect translates to and from these. */
import type { CancelSignal, NaraeError } from '../core/index.js';
import type { AnswerPart, ChatMessage, RecallFacts } from '../llm/spec.js';
import type { Filter } from '../retrieval/spec.js';
import type { BatchPace } from './batch/options.js';
import type { Answer } from './collect.js';
import type { KeptAnswer } from './recall/kept.js';

export interface AnswerRequest {
  readonly requestId: string;
  readonly tenant: string;
  /** A configured model's name; absent: the default model. */
  readonly model?: string;
  /** The whole conversation; the last user message is the question. */
  readonly messages: readonly ChatMessage[];
  /** What was said before `messages`, while it is being loaded. */
  readonly history?: Promise<readonly ChatMessage[]>;
  readonly retrieval: RetrievalOptions;
  /** True: `[n]` markers are followed by a list of footnotes in the text itself, for clients that show only text. */
  readonly footnotes?: boolean;
  /** Tokens of the answer at most. Default: as the model is configured. */
  readonly maxOutputTokens?: number;
  /** Remaining parameters for the upstream. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Whether an answer that is kept may be given, and whether this one may be kept. Default: both. */
  readonly cache?: { readonly read?: boolean; readonly store?: boolean };
}

export type RetrievalOptions =
  | { readonly enabled: false }
  | {
      /** `model-decides`: as the model is configured, since the request does not say. */
      readonly enabled: true | 'model-decides';
      readonly collection: string;
      /** Passages to put into the prompt at most. */
      readonly k: number;
      readonly filter?: Filter;
      readonly forceNew?: boolean;
    };

/** Milliseconds by stage, for `Server-Timing`. Filled as stages end. */
export type StageTimings = Partial<Record<'prepare' | 'embed' | 'retrieve' | 'recall' | 'generate', number>>;

export interface AnswerStream {
  /**
   * Resolves when the model's first parts are here; until then a failure rejects it, so that the dialect can still
   * answer with a real HTTP status. A dialect that does not want to wait may iterate at once: the failure then
   * comes as the `error` part.
   */
  readonly ready: Promise<void>;
  /** Batches of parts, ending in exactly one `finish` or `error`; iterate once, or abort the signal. */
  readonly parts: AsyncIterable<readonly AnswerPart[]>;
  readonly timings: StageTimings;
  /** How the cache of answers took part; final once `ready` has resolved. */
  readonly recall: RecallFacts;
  /** The whole answer where it was at hand: it may be sent in place of reading `parts`. */
  readonly kept?: KeptAnswer;
}

export interface ModelSummary {
  readonly name: string;
  /** Other names of the same model. */
  readonly aliases: readonly string[];
  readonly provider: string;
}

/** What became of the request at `index` of a list. */
export type AnswerOutcome =
  | { readonly index: number; readonly status: 'answered'; readonly answer: Answer }
  | { readonly index: number; readonly status: 'failed'; readonly error: NaraeError };

export interface AnswerFlow {
  /** Throws what is wrong with the request itself: `model_not_found`, or something about its question. */
  check(request: AnswerRequest): void;
  /** Aborting the signal cancels every stage and the upstream. */
  answer(request: AnswerRequest, signal: CancelSignal): AnswerStream;
  /**
   * Answers many requests, a bounded number at once. Outcomes come as they are ready, in any order, one a request;
   * a failure fails its request only. Leaving the loop cancels the rest; so does the signal, with which the loop
   * rejects. Throws `invalid_request` for a pace that is out of bounds.
   */
  answerAll(
    requests: readonly AnswerRequest[],
    pace: Partial<BatchPace> & { readonly signal?: AbortSignal },
  ): AsyncGenerator<AnswerOutcome, void, undefined>;
  /** All models, the default first. */
  readonly models: readonly ModelSummary[];
}

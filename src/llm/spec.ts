/**
 * The contract between the answer flow and whatever writes text: language models and the built-in extractive
 * provider. It is also the one stream of parts that dialects encode; nobody else parses or builds wire formats.
 */
import type { CancelSignal, NaraeError } from '../core/index.js';
import type { SearchMode } from '../retrieval/spec.js';

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter';

/** A passage as it was handed to the model, numbered from 1 as `[n]` in the prompt. */
export interface Source {
  readonly n: number;
  /** The chunk's id. */
  readonly id: string;
  readonly documentId: string;
  /** Path below the served folder, or the uploaded file's name. */
  readonly source: string;
  readonly title: string;
  /** Heading path from the document's top to the passage. */
  readonly headings: readonly string[];
  readonly text: string;
  /** Relevance in the mode that was searched; larger is better. */
  readonly score: number;
  /** Place in the document's extracted text, in UTF-16 code units. */
  readonly position: { readonly start: number; readonly end: number };
}

/** Fields of an upstream's answer that mean nothing to us, passed on untouched. */
export type UpstreamFields = Readonly<Record<string, unknown>>;

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** True when counted by us because the provider reported nothing. */
  readonly estimated: boolean;
  /** Input tokens that nobody had to pay for this time, since the answer was there already. */
  readonly cachedInputTokens?: number;
  /** What else the upstream said of it, under OpenAI's names or its own: details of tokens, costs. */
  readonly details?: UpstreamFields;
}

/**
 * How the cache of answers took part. `hit`: kept from before. `joined`: a twin was being answered. `semantic`: kept
 * for a question that means the same. `stale`: stands in for one that could not be had. `bypass`: not looked for.
 */
export type RecallOutcome = 'hit' | 'joined' | 'semantic' | 'stale' | 'miss' | 'bypass';

export interface RecallFacts {
  readonly outcome: RecallOutcome;
  /** One of a few words, such as `memory`, `in-flight`, `tools`: see the API reference. */
  readonly reason: string;
  /** When the answer was written; of a hit. */
  readonly storedAtMs?: number;
  /** Tokens, in and out, that were not bought anew; of a hit. */
  readonly savedTokens?: number;
  /** Of `semantic`: cosine of both questions' vectors, −1 to 1. */
  readonly similarity?: number;
  /** Of `semantic`: how much of what both questions say is matched on the other side, 0 to 1. */
  readonly likeness?: number;
}

/** Who writes an answer. */
export interface Writer {
  /** As clients name it. */
  readonly model: string;
  readonly provider: string;
  /** Only on an answer that was stored earlier and stands in for one that could not be had: when it was written. */
  readonly staleSinceMs?: number;
}

/**
 * What a provider yields. Exactly one `finish` ends a stream; a failure is thrown as a NaraeError.
 *
 * Where several answers were asked for at once (OpenAI's `n`), parts of the further ones carry their number from 1
 * as `choice`; parts without it belong to the first. `choice-end` says why a further one ended; `finish` is the
 * first one's reason and comes last.
 */
export type LlmPart =
  /** Before any content, and only where a fallback or a stored answer takes the place of the model asked for. */
  | { readonly type: 'writer'; readonly writer: Writer }
  | {
      readonly type: 'text-delta';
      readonly text: string;
      readonly choice?: number;
      /** The model refuses, in these words. */
      readonly refusal?: true;
      /** The upstream's own object about these tokens, passed on untouched. */
      readonly logprobs?: LogProbs;
    }
  | { readonly type: 'reasoning-delta'; readonly text: string; readonly choice?: number }
  | {
      readonly type: 'tool-call-delta';
      readonly choice?: number;
      readonly index: number;
      readonly id?: string;
      readonly name?: string;
      readonly argumentsDelta: string;
      /** Other fields of the call, as the upstream sent them. */
      readonly extra?: UpstreamFields;
    }
  /** Content of other kinds: annotations, sound, pictures, signed thoughts. */
  | { readonly type: 'message-fields'; readonly fields: UpstreamFields; readonly choice?: number }
  /** What the upstream said of the answer as a whole; before `usage`. */
  | { readonly type: 'answer-fields'; readonly fields: UpstreamFields }
  | { readonly type: 'choice-end'; readonly choice: number; readonly reason: FinishReason }
  | { readonly type: 'usage'; readonly usage: TokenUsage }
  | { readonly type: 'finish'; readonly reason: FinishReason };

/** OpenAI's `logprobs` of one delta: lists of token entries, `content` and `refusal`. */
export type LogProbs = Readonly<Record<string, unknown>>;

/** How the sources were found; absent when nothing was searched. */
export interface SearchFacts {
  readonly collection: string;
  readonly collectionVersion: number;
  /** The mode that ran, which may be less than the one asked for. */
  readonly mode: SearchMode;
}

/** One checked `[n]` marker in the answer's text: `text.slice(start, end)` is the marker, in UTF-16 code units. */
export interface Citation {
  readonly n: number;
  readonly start: number;
  readonly end: number;
}

/**
 * What the answer flow yields: `start`, `sources`, content, `citations` (if there are any), `usage`, then exactly
 * one `finish` or `error`.
 */
export type AnswerPart =
  | {
      readonly type: 'start';
      readonly id: string;
      /** What was asked for; a `writer` part says so where another model writes. */
      readonly model: string;
      readonly provider: string;
      /** Of an answer that was kept: when it was written. */
      readonly createdAtMs: number;
      /** Absent where there is no cache of answers. */
      readonly recall?: RecallFacts;
    }
  | { readonly type: 'sources'; readonly sources: readonly Source[]; readonly search?: SearchFacts }
  | LlmPart
  | { readonly type: 'citations'; readonly citations: readonly Citation[] }
  | { readonly type: 'error'; readonly error: NaraeError };

/** One message of a conversation, as OpenAI's chat format has it (content already checked by the dialect). */
export interface ChatMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  /** Text, or OpenAI content parts passed through untouched. */
  readonly content: string | readonly Readonly<Record<string, unknown>>[] | null;
  readonly name?: string;
  readonly toolCalls?: readonly Readonly<Record<string, unknown>>[];
  readonly toolCallId?: string;
  /** Other fields of the message, passed on untouched to upstreams that speak OpenAI's dialect. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface LlmRequest {
  /** The model's name as the upstream knows it. */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** The question that `passages` answer; for providers that write from passages without a prompt. */
  readonly question: string;
  /** Passages in the prompt, best first; empty when retrieval was off or found nothing. */
  readonly passages: readonly Source[];
  /** Whether the documents were searched; `skipped` for small talk, `off` when the caller asked for none. */
  readonly retrieval: 'done' | 'skipped' | 'off';
  /** Most tokens to write. Absent: the provider's default. */
  readonly maxOutputTokens?: number;
  /** Remaining OpenAI parameters (temperature, tools, stop …), passed on untouched where the upstream takes them. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface LlmContext {
  readonly signal: CancelSignal;
  /** Names the request in events, where there is one. */
  readonly requestId?: string;
  /** Whose request it is: what is stored for one tenant is never another's. */
  readonly tenant?: string;
  /** How errors are to name the model. Default: as the request does, which is the upstream's own name for it. */
  readonly calledAs?: CalledAs;
}

/** A model as its operator knows it: by its configured name, and the endpoint that was called. */
export interface CalledAs {
  readonly model: string;
  readonly endpoint?: string;
}

/**
 * A provider. `stream` yields parts in batches: one batch for each chunk of bytes that the upstream sent, so that
 * a consumer can write once a batch. Aborting the signal closes the upstream connection and rejects with `aborted`.
 */
export interface LlmProvider {
  /** `extractive`, `openai` or `anthropic`. */
  readonly name: string;
  stream(request: LlmRequest, context: LlmContext): AsyncIterable<readonly LlmPart[]>;
  /** Names of the models that the upstream offers; for `doctor` and start-up. Rejects with an `llm_…` error. */
  listModels(signal: CancelSignal): Promise<readonly string[]>;
  close(): Promise<void>;
}

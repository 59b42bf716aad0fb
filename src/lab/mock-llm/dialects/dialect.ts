import type { MockAnswer } from '../answer.js';

/** The events of one streamed answer, each with its blank line. */
export interface AnswerEvents {
  /** Before the first token; sent with it. */
  readonly opening: readonly string[];
  /** One a token. */
  readonly content: readonly string[];
  /** After the last token; sent with it. */
  readonly closing: readonly string[];
}

/** A failure as the upstream's vendor would report it. */
export interface MockFailure {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

/** One vendor's wire format. */
export interface Dialect {
  readonly name: 'openai' | 'anthropic';
  events(answer: MockAnswer, options: { readonly includeUsage: boolean }): AnswerEvents;
  /** The answer as one JSON body. */
  whole(answer: MockAnswer): string;
  errorBody(failure: MockFailure): string;
  /** The failure as an event of a stream that has begun. */
  errorEvent(failure: MockFailure): string;
  /** What keeps an idle stream alive: comments and events without meaning. */
  readonly pings: readonly string[];
  /** An event that is legal and carries nothing. */
  readonly emptyEvent: string;
  /** Says that no more follows; only some vendors send it. */
  readonly lastEvent: string;
}

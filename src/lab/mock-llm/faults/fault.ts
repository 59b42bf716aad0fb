import type { MockAnswer } from '../answer.js';
import type { AnswerEvents, Dialect, MockFailure } from '../dialects/index.js';

/** How an answer's bytes end: properly, by destroying the socket, or never. */
export type Ending = 'end' | 'cut' | 'stall';

/** What is sent in place of an answer. */
export type Instead =
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'refusal'; readonly failure: MockFailure; readonly hasRetryAfter: boolean }
  | { readonly kind: 'page'; readonly status: number; readonly html: string };

/** What a model's name makes go wrong. What a row leaves out stays as in a faultless answer. */
export interface Fault {
  /** For the list of models. */
  readonly description: string;
  /** `callNumber` counts the calls of this model from 1; undefined lets the answer pass. */
  readonly instead?: (callNumber: number) => Instead | undefined;
  readonly answer?: (answer: MockAnswer) => MockAnswer;
  /** The stream's frames: what is sent at the time of each token. */
  readonly frames?: (events: AnswerEvents, dialect: Dialect) => string[];
  /** The body of an answer that is not streamed. */
  readonly body?: (body: string, dialect: Dialect) => string;
  /** Cuts a frame into pieces, each sent as an HTTP chunk of its own. */
  readonly cut?: (frame: Buffer) => Buffer[];
  readonly ending?: Ending;
  /** Answers with one JSON body though a stream was asked for. */
  readonly ignoresStream?: true;
}

/** One frame a token: the opening goes with the first, the closing with the last. */
export function framesOf({ opening, content, closing }: AnswerEvents): string[] {
  const frames = content.length === 0 ? [''] : [...content];
  frames[0] = opening.join('') + frames[0];
  frames[frames.length - 1] += closing.join('');
  return frames;
}

/** The first half of the answer's frames, with nothing that says that it is over. */
export function firstHalf({ opening, content }: AnswerEvents): string[] {
  return framesOf({ opening, content: content.slice(0, Math.ceil(content.length / 2)), closing: [] });
}

export function halfBody(body: string): string {
  return body.slice(0, Math.floor(body.length / 2));
}

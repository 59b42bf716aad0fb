import { setTimeout as sleep } from 'node:timers/promises';
import { abortSignalOf, type CancelSignal, pour } from '../../core/index.js';
import { estimateTokens } from '../../llm/index.js';
import type { AnswerPart } from '../../llm/spec.js';
import { headOf } from '../answer-head.js';
import type { OpenedAnswer } from '../opened-answer.js';
import { openParts } from '../opened-parts.js';
import { replayedParts } from './entry.js';
import type { KeptAnswer } from './kept.js';

/** Time between two pieces of an answer that is given slowly. */
const STEP_MS = 50;

/** All parts of a kept answer, with an id of its own. */
export function keptParts(kept: KeptAnswer, id?: string): readonly AnswerPart[] {
  return [...headOf(kept.entry, kept, kept.recall, id), ...replayedParts(kept.entry)];
}

/** A kept answer with an id of its own, at so many tokens a second; 0: all at once. */
export function replay(kept: KeptAnswer, tokensPerSecond: number, signal: CancelSignal): OpenedAnswer {
  const head = headOf(kept.entry, kept, kept.recall);
  const parts = replayedParts(kept.entry);
  if (tokensPerSecond === 0) return { head, body: Promise.resolve(atOnce(parts)) };
  const source = slowly(parts, tokensPerSecond, signal);
  return { head, body: openParts((sink) => pour(source, sink), signal) };
}

function atOnce(first: readonly AnswerPart[]): Awaited<OpenedAnswer['body']> {
  const nothing = { pause() {}, resume() {}, stop() {} };
  return {
    first,
    pipe(sink) {
      queueMicrotask(() => sink.end());
      return nothing;
    },
  };
}

async function* slowly(
  parts: readonly AnswerPart[],
  tokensPerSecond: number,
  signal: CancelSignal,
): AsyncGenerator<readonly AnswerPart[], void, undefined> {
  for (const part of parts) {
    if (part.type !== 'text-delta' || part.logprobs !== undefined) yield [part];
    else yield* pieces(part.text, charactersPerStep(part.text, tokensPerSecond), signal);
  }
}

async function* pieces(
  text: string,
  characters: number,
  signal: CancelSignal,
): AsyncGenerator<readonly AnswerPart[], void, undefined> {
  for (let from = 0; from < text.length; ) {
    const to = wholeCharacters(text, from + characters);
    yield [{ type: 'text-delta', text: text.slice(from, to) }];
    from = to;
    if (from < text.length) await sleep(STEP_MS, undefined, { signal: abortSignalOf(signal) });
  }
}

function charactersPerStep(text: string, tokensPerSecond: number): number {
  const perToken = text.length / Math.max(1, estimateTokens(text));
  return Math.max(1, Math.round((perToken * tokensPerSecond * STEP_MS) / 1_000));
}

/** Never between the two halves of one character. */
function wholeCharacters(text: string, at: number): number {
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at + 1 : at;
}

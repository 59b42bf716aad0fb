import { countMessage, estimateTokens } from '../llm/index.js';
import type { ChatMessage, Source } from '../llm/spec.js';
import type { Passage } from '../retrieval/spec.js';
import type { AnswerOptions } from './options.js';

/** Tokens around a passage in the prompt: its delimiters, number and source. */
const PASSAGE_OVERHEAD_TOKENS = 24;
/** Left for the answer when nobody says how long it may be; at most this share of the context window. */
const ANSWER_RESERVE_TOKENS = 1_024;
const RESERVE_SHARE = 0.25;
/** An answer of a stated length takes no more of the window than this, or nothing would be left to answer from. */
const STATED_RESERVE_SHARE = 0.5;
/** Of what the context window leaves, passages may take this much, history the rest. */
const PASSAGE_SHARE = 0.7;

export interface TokenBudget {
  readonly passages: number;
  readonly history: number;
}

/** What is known of the prompt before anything is fitted into it. */
export interface PromptSpace {
  /** Of the model; undefined: without limit. */
  readonly contextWindowTokens: number | undefined;
  /** What the model is told to write at most, if anything; servers count it as used. */
  readonly maxOutputTokens: number | undefined;
  /** Instructions and question. */
  readonly fixedTokens: number;
}

/** Tokens for passages and history. */
export function tokenBudget(space: PromptSpace, options: AnswerOptions): TokenBudget {
  const window = space.contextWindowTokens ?? Number.POSITIVE_INFINITY;
  const free = Math.max(0, window - answerReserve(window, space.maxOutputTokens) - space.fixedTokens);
  return {
    passages: Math.min(options.passageTokenLimit, free * PASSAGE_SHARE),
    history: Math.min(options.historyTokenLimit, free * (1 - PASSAGE_SHARE)),
  };
}

function answerReserve(window: number, limit: number | undefined): number {
  return limit === undefined
    ? Math.min(ANSWER_RESERVE_TOKENS, window * RESERVE_SHARE)
    : Math.min(limit, window * STATED_RESERVE_SHARE);
}

/**
 * The passages that fit, best first, numbered from 1. Built one by one: what does not fit is never formatted.
 * The best passage is always in, or there would be nothing to answer from.
 */
export function fitPassages(passages: readonly Passage[], limitTokens: number): Source[] {
  const sources: Source[] = [];
  let left = limitTokens;
  for (const passage of passages) {
    const cost = passage.tokens + PASSAGE_OVERHEAD_TOKENS + estimateTokens(passage.headings.join(' '));
    if (cost > left && sources.length > 0) continue;
    left -= cost;
    sources.push(toSource(passage, sources.length + 1));
    if (left < PASSAGE_OVERHEAD_TOKENS) break;
  }
  return sources;
}

function toSource(passage: Passage, n: number): Source {
  const { id, documentId, source, title, headings, text, score, position } = passage;
  const { start, end } = position;
  return { n, id, documentId, source, title, headings, text, score, position: { start, end } };
}

/**
 * The newest messages that fit, in their order. A tool's result never comes without the call that it answers:
 * results at the cut are dropped with it.
 */
export function fitHistory(history: readonly ChatMessage[], limitTokens: number): readonly ChatMessage[] {
  let first = history.length;
  let left = limitTokens;
  while (first > 0) {
    left -= countMessage(history[first - 1] as ChatMessage);
    if (left < 0) break;
    first--;
  }
  while (first < history.length && history[first]?.role === 'tool') first++;
  return history.slice(first);
}

import type { SearchMode } from '../retrieval/spec.js';
import { type BatchOptions, defaultBatchOptions } from './batch/options.js';

export interface AnswerOptions {
  /** Longest question that is accepted, in UTF-16 code units. */
  readonly maxQuestionCharacters: number;
  /** Tokens that passages may take in the prompt. */
  readonly passageTokenLimit: number;
  /** Tokens that earlier messages may take in the prompt; the newest are kept. */
  readonly historyTokenLimit: number;
  readonly searchMode: SearchMode;
  /** Passages that score lower are not used; the scale is the search mode's. Absent: no threshold. */
  readonly minScore?: number;
  /** Appends the cited sources to the text when a request does not say. */
  readonly footnotes: boolean;
  readonly batch: BatchOptions;
  /** How a question that leans on the conversation is completed before the search. */
  readonly followUps: 'rules' | 'llm' | 'off';
  /** How long the model may take for that; then the rules do. */
  readonly followUpTimeoutMs: number;
}

export const defaultAnswerOptions: AnswerOptions = Object.freeze({
  maxQuestionCharacters: 100_000,
  passageTokenLimit: 6_000,
  historyTokenLimit: 4_000,
  searchMode: 'hybrid',
  footnotes: false,
  batch: defaultBatchOptions,
  followUps: 'rules',
  followUpTimeoutMs: 3_000,
});

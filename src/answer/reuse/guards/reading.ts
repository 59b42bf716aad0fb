import type { GuardName } from '../spec.js';

/** Kinds of facts that are compared as sets of normalised strings. */
export type FactKind = Extract<GuardName, 'number' | 'date' | 'unit' | 'version' | 'name'>;

/** A word that says something, as it is compared. */
export interface Term {
  /** Its first spelling, lower-cased. */
  readonly key: string;
  /** Every form under which it is the same word: stems, and the names of its groups of synonyms. */
  readonly forms: ReadonlySet<string>;
  /** How much it says, above 0 to 1. */
  readonly weight: number;
  /** A capitalised name or a code: no other word can stand for it. */
  readonly isName: boolean;
  /** What its Korean particle or English preposition makes of it. */
  readonly role?: Role;
}

/** `from` … `to`: a way; `than`: what is compared with; `instead`: what is not meant; `agent` and `patient`: who does it to whom. */
export type Role = 'from' | 'to' | 'than' | 'instead' | 'agent' | 'patient';

export type QuestionType =
  | 'when'
  | 'where'
  | 'who'
  | 'how-many'
  | 'how-long'
  | 'why'
  | 'how'
  | 'what'
  /** What something does, rather than what it is. */
  | 'does'
  | 'yes-no'
  /** Nothing tells: a command, a few words, a statement. */
  | 'open';

/** What the guards need to know of a text. */
export interface Reading {
  readonly facts: Readonly<Record<FactKind, readonly string[]>>;
  /** Each word that denies. */
  readonly negations: readonly string[];
  /** Poles of opposites that are named: `on/off:a`. */
  readonly poles: readonly string[];
  readonly scopes: readonly string[];
  readonly modality: string;
  readonly pointsOutside: boolean;
  readonly question: QuestionType;
  readonly isKorean: boolean;
  /** In order. */
  readonly terms: readonly Term[];
  /** The text's letters and digits, lower-cased, without spaces: a compound is found in it however it is spaced. */
  readonly letters: string;
  /** Where words begin in `letters`. */
  readonly wordStarts: ReadonlySet<number>;
}

/** What every phase is given. */
export interface Setting {
  /** Shorter and fewer: to see whether it works, not to quote. */
  readonly quick: boolean;
  /** The evaluation data; only `day` reads it. */
  readonly dataFolder: string;
  /** Emptied when the run ends. */
  readonly workFolder: string;
}

/** One line of what must hold, and what came out. */
export interface Verdict {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** Undefined: a figure without a target. */
  readonly met?: boolean;
}

export interface PhaseReport {
  readonly title: string;
  readonly verdicts: readonly Verdict[];
  /** Paragraphs and tables, as Markdown. */
  readonly details: readonly string[];
}

export type Phase = (setting: Setting) => Promise<PhaseReport>;

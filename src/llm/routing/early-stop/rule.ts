import type { FinishReason } from '../../spec.js';

export type RuleName = 'characters' | 'tokens' | 'sentence' | 'stop-text';

/** Decides where an answer ends. Positions are UTF-16 code units from the beginning of its text. */
export interface StopRule {
  readonly name: RuleName;
  readonly reason: Extract<FinishReason, 'stop' | 'length'>;
  /** Reads on; not called again once `cutAt` is known. */
  push(text: string): void;
  /** Where the answer ends, once that is certain. */
  readonly cutAt: number | undefined;
  /** The answer may yet turn out to end here: text behind it must not leave. Undefined: no such place. */
  readonly holdFrom: number | undefined;
}

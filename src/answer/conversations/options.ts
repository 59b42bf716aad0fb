/** How much of a conversation a model is shown. */
export interface ConversationOptions {
  /** Earlier turns that are shown as they were. With `summarise` up to twice as many. */
  readonly historyTurns: number;
  /** What becomes of those before: `drop`, or `summarise` by the model, in the background. */
  readonly historyPolicy: 'drop' | 'summarise';
}

/** Turns that are loaded for an answer. */
export function turnsShown({ historyTurns, historyPolicy }: ConversationOptions): number {
  return historyPolicy === 'drop' ? historyTurns : Math.min(1_000, 2 * historyTurns);
}

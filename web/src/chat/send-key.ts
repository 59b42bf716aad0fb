/** What is needed of a keydown event to tell whether it sends. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}

/** Key code of a key that an input method is still working on. */
const KEY_CODE_COMPOSING = 229;

/**
 * Whether a key press sends the question. Enter that only ends a Korean syllable does not: browsers mark it with
 * `isComposing`, and Safari, which ends the composition before the key event, with key code 229.
 */
export function isSendKey({ key, shiftKey, isComposing, keyCode }: KeyPress): boolean {
  return key === 'Enter' && !shiftKey && !isComposing && keyCode !== KEY_CODE_COMPOSING;
}

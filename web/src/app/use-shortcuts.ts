import { useEffect } from 'react';

export interface Shortcuts {
  /** `/`, outside of fields. */
  readonly onFocusQuestion: () => void;
  /** Escape, unless a dialog or a menu took it. */
  readonly onEscape: () => void;
}

export function useShortcuts({ onFocusQuestion, onEscape }: Shortcuts): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
      if (event.key === 'Escape') onEscape();
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isField(event.target))
        return;
      event.preventDefault();
      onFocusQuestion();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [onFocusQuestion, onEscape]);
}

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input, textarea, select, [contenteditable]');
}

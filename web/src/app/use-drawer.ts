import { useRef, useState } from 'react';
import { recall, remember } from '../ui/storage.js';

const STORAGE_KEY = 'narae.conversations';

/**
 * Whether the list of conversations is open. Beside the conversation it stays as it was left, also on the next
 * visit; over it, on a narrow screen, it is open only as long as it is used. Closing gives the focus back.
 */
export function useDrawer(wide: boolean) {
  const [isBeside, setBeside] = useState(() => recall(STORAGE_KEY) === 'open');
  const [isOver, setOver] = useState(false);
  const opener = useRef<Element>(null);
  const set = (isOpen: boolean) => {
    if (isOpen) opener.current = document.activeElement;
    else if (opener.current instanceof HTMLElement) opener.current.focus();
    if (!wide) return setOver(isOpen);
    remember(STORAGE_KEY, isOpen ? 'open' : undefined);
    setBeside(isOpen);
  };
  return { isOpen: wide ? isBeside : isOver, open: () => set(true), close: () => set(false) };
}

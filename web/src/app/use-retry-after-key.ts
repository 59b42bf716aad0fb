import { useEffect, useRef } from 'react';
import type { Chat } from '../chat/use-chat.js';

/** What failed for want of a key is tried again as soon as there is one. */
export function useRetryAfterKey(hasKey: boolean, chat: Chat): void {
  const hadKey = useRef(hasKey);
  useEffect(() => {
    const given = hasKey && !hadKey.current;
    hadKey.current = hasKey;
    const last = chat.turns.at(-1);
    const isRefused = last?.phase.status === 'failed' && last.phase.failure.kind === 'unauthorized';
    if (given && last && isRefused) chat.askAgain(last);
    else if (given && chat.problem?.kind === 'unauthorized') chat.reload();
  }, [hasKey, chat]);
}

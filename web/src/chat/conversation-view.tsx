import { useCallback, useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.js';
import { ArrowDownIcon } from '../ui/icons.js';
import { Announcer } from './announcer.js';
import type { Turn } from './conversation.js';
import { type TurnActions, TurnView } from './turn-view.js';

/** Less than this below the view needs no button to get there. */
const WORTH_A_JUMP_PX = 80;

export interface ConversationViewProps {
  readonly turns: readonly Turn[];
  readonly actions: TurnActions;
}

export function ConversationView({ turns, actions }: ConversationViewProps) {
  const { t } = useI18n();
  const { scroller, hasMore, look, toEnd } = useReadingPlace(turns);
  return (
    <section
      className="conversation"
      aria-label={t.conversation}
      ref={scroller}
      onScroll={look}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
    >
      <div className="conversation-column">
        {turns.map((turn, index) => (
          <TurnView key={turn.id} turn={turn} isLast={index === turns.length - 1} actions={actions} />
        ))}
      </div>
      <Announcer turn={turns.at(-1)} />
      {hasMore && (
        <button
          type="button"
          className="jump-button"
          onClick={toEnd}
          aria-label={t.jumpToEnd}
          title={t.jumpToEnd}
        >
          <ArrowDownIcon />
        </button>
      )}
    </section>
  );
}

/**
 * Brings a new question to the top of the view and then holds still, so that an answer can be read from its
 * beginning while it grows. `hasMore` tells that there is more below.
 */
function useReadingPlace(turns: readonly Turn[]) {
  const scroller = useRef<HTMLElement>(null);
  const [hasMore, setHasMore] = useState(false);
  const newest = turns.at(-1)?.id;
  const toEnd = useCallback(() => scroller.current?.scrollTo({ top: scroller.current.scrollHeight }), []);
  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    setHasMore(below > WORTH_A_JUMP_PX);
  }, []);
  useEffect(() => {
    if (newest !== undefined) toEnd();
  }, [newest, toEnd]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: growing text changes what is below.
  useEffect(look, [turns, look]);
  return { scroller, hasMore, look, toEnd };
}

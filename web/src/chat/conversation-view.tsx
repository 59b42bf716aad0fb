import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.js';
import { ArrowDownIcon } from '../ui/icons.js';
import { Announcer } from './announcer.js';
import type { Turn } from './conversation.js';
import { type TurnActions, TurnView } from './turn-view.js';

/** Nearer to the end than this counts as reading along: the view then follows the growing answer. */
const FOLLOW_DISTANCE_PX = 120;

export interface ConversationViewProps {
  readonly turns: readonly Turn[];
  readonly actions: TurnActions;
}

export function ConversationView({ turns, actions }: ConversationViewProps) {
  const { t } = useI18n();
  const { scroller, following, onScroll, jump } = useFollow(turns);
  return (
    <section
      className="conversation"
      aria-label={t.conversation}
      ref={scroller}
      onScroll={onScroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
    >
      <div className="conversation-column">
        {turns.map((turn, index) => (
          <TurnView key={turn.id} turn={turn} isLast={index === turns.length - 1} actions={actions} />
        ))}
      </div>
      <Announcer turn={turns.at(-1)} />
      {!following && (
        <button
          type="button"
          className="jump-button"
          onClick={jump}
          aria-label={t.jumpToEnd}
          title={t.jumpToEnd}
        >
          <ArrowDownIcon />
        </button>
      )}
    </section>
  );
}

/** Keeps the end of the conversation in view while the reader is there, and leaves a reader above it alone. */
function useFollow(turns: readonly Turn[]) {
  const scroller = useRef<HTMLElement>(null);
  const [following, setFollowing] = useState(true);
  const count = useRef(0);
  const jump = () => {
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
    setFollowing(true);
  };
  useEffect(() => {
    const asked = turns.length > count.current;
    count.current = turns.length;
    if (asked || following) scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
    if (asked) setFollowing(true);
  }, [turns, following]);
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    setFollowing(distance < FOLLOW_DISTANCE_PX);
  };
  return { scroller, following, onScroll, jump };
}

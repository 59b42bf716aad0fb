import {
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useI18n } from '../i18n/i18n.js';
import { ArrowDownIcon } from '../ui/icons.js';
import { Announcer } from './announcer.js';
import { isRunning, type Turn } from './conversation.js';
import { type TurnActions, TurnView } from './turn-view.js';

/** Less than this below the view needs no button to get there. */
const WORTH_A_JUMP_PX = 80;

export interface ConversationViewProps {
  readonly turns: readonly Turn[];
  readonly actions: TurnActions;
  /** Given when older turns can be loaded. */
  readonly onEarlier: (() => void) | undefined;
  /** What did not work, below the turns. */
  readonly children: ReactNode;
}

export function ConversationView({ turns, actions, onEarlier, children }: ConversationViewProps) {
  const { t } = useI18n();
  const isBusy = turns.some(isRunning);
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
        {onEarlier && (
          <button type="button" className="button earlier-button" onClick={onEarlier}>
            {t.showEarlierTurns}
          </button>
        )}
        {turns.map((turn, index) => (
          // By its place: another version of a turn stands where the first stood, and keeps the focus.
          <TurnView
            key={turn.after}
            turn={turn}
            isLast={index === turns.length - 1}
            {...{ isBusy, actions }}
          />
        ))}
        {children}
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
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new question moves the view, and what is opened; not another version of a turn.
  useLayoutEffect(() => {
    if (isFirst.current || turns.some(isRunning)) toEnd();
    isFirst.current = false;
  }, [newest, toEnd]);
  useSteadyPlace(scroller, turns[0]?.id, newest);
  // biome-ignore lint/correctness/useExhaustiveDependencies: growing text changes what is below.
  useEffect(look, [turns, look]);
  return { scroller, hasMore, look, toEnd };
}

/** Keeps what is read where it is when older turns come in above it. */
function useSteadyPlace(
  scroller: RefObject<HTMLElement | null>,
  oldest: string | undefined,
  newest: string | undefined,
): void {
  const before = useRef({ oldest, newest, height: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const { height, ...ends } = before.current;
    if (ends.oldest !== oldest && ends.newest === newest && height > 0)
      element.scrollTop += element.scrollHeight - height;
    before.current = { oldest, newest, height: element.scrollHeight };
  });
}

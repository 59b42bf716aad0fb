import { useEffect, useState } from 'react';
import { useI18n } from '../i18n/i18n.js';
import { isRunning, type Turn } from './conversation.js';
import { nextSpeech } from './speakable.js';

interface Said {
  readonly turnId: string;
  readonly length: number;
  readonly speech: string;
}

const NOTHING: Said = { turnId: '', length: 0, speech: '' };

/**
 * Reads the running answer out to screen readers, a few sentences at a time, and how it ended. An answer that was
 * complete when it came into view is not read out.
 */
export function Announcer({ turn }: { readonly turn: Turn | undefined }) {
  const { t } = useI18n();
  const [said, setSaid] = useState(NOTHING);
  useEffect(() => {
    if (turn) setSaid((before) => sayMore(before, turn));
  }, [turn]);
  return (
    <>
      <div className="visually-hidden" aria-live="polite" data-testid="spoken">
        {said.speech}
      </div>
      <div className="visually-hidden" role="status">
        {turn?.id === said.turnId && statusText(turn, t)}
      </div>
    </>
  );
}

function sayMore(before: Said, turn: Turn): Said {
  if (before.turnId !== turn.id && !isRunning(turn)) return NOTHING;
  const from = before.turnId === turn.id ? before.length : 0;
  const { speech, length } = nextSpeech(turn.text, from, !isRunning(turn));
  if (speech === '') return before.turnId === turn.id ? before : { ...NOTHING, turnId: turn.id };
  return { turnId: turn.id, length, speech };
}

/** A failure announces itself: its notice is an alert. */
function statusText({ phase }: Turn, t: ReturnType<typeof useI18n>['t']): string {
  const texts = {
    waiting: t.searching,
    streaming: t.answering,
    done: t.answered,
    stopped: t.stopped,
    failed: '',
  };
  return texts[phase.status];
}

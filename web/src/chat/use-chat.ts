import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Api } from '../api/client.js';
import { announce, onThreadNews, THIS_PAGE } from '../conversations/thread-news.js';
import { type Branch, isRunning, type Turn } from './conversation.js';
import { type Manner, Session, type SessionState } from './session.js';

export interface Chat extends SessionState {
  readonly turns: Branch;
  readonly running: boolean;
  /** Asks, unless an answer is still running. */
  ask(question: string): void;
  edit(turn: Turn, question: string): void;
  askAgain(turn: Turn): void;
  stop(): void;
  /** Shows another version of a turn, by its number. */
  show(sequence: number): void;
  loadEarlier(): void;
  reload(): void;
}

export interface ChatOptions extends Manner {
  readonly thread: string;
  /** True: nothing of it is on the server yet. */
  readonly isNew: boolean;
  readonly onAsked: (turnId: string) => void;
}

/** The conversation that the address names. Leaving it, or the page, ends no answer. */
export function useChat(api: Api, options: ChatOptions): Chat {
  const { thread, collection, model } = options;
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new conversation stays the same one when it is stored.
  const session = useMemo(
    () =>
      new Session(api, thread, options.isNew, {
        onAsked: (turnId) => latest.current.onAsked(turnId),
        onChanged: () => announce('changed', thread),
      }),
    [api, thread],
  );
  useEffect(() => {
    session.enter();
    const hushed = onThreadNews((news) => {
      if (news.thread === session.thread && news.from !== THIS_PAGE) void session.refresh();
    });
    return () => {
      hushed();
      session.leave();
    };
  }, [session]);
  const state = useSyncExternalStore(session.subscribe, session.snapshot);

  return useMemo(() => {
    const manner = { collection, model };
    return {
      ...state,
      running: state.turns.some(isRunning),
      ask: (question) => session.ask(question, manner),
      edit: (turn, question) => session.edit(turn, question, manner),
      askAgain: (turn) => void session.askAgain(turn, manner),
      stop: () => session.stop(),
      show: (sequence) => void session.show(sequence),
      loadEarlier: () => void session.loadEarlier(),
      reload: () => void session.refresh(),
    };
  }, [session, state, collection, model]);
}

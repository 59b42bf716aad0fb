import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react';
import type { Api } from '../api/client.js';
import { isRunning, messagesFor, reduceConversation, type Turn } from './conversation.js';
import { runQuestion } from './run-question.js';

export interface Chat {
  readonly turns: readonly Turn[];
  readonly running: boolean;
  /** Asks, unless an answer is still running, and returns the turn's id. */
  ask(question: string): string | undefined;
  /** Asks the turn's question again in its place. A complete answer is made anew, past the server's caches. */
  askAgain(turn: Turn): string | undefined;
  stop(): void;
  clear(): void;
}

export interface ChatOptions {
  readonly collection: string;
  /** Absent: the server's default. */
  readonly model: string | undefined;
}

/** One conversation, one answer at a time. Leaving the page stops a running answer. */
export function useChat(api: Api, { collection, model }: ChatOptions): Chat {
  const [turns, dispatch] = useReducer(reduceConversation, []);
  const controller = useRef<AbortController>(undefined);
  const running = turns.some(isRunning);
  useEffect(() => () => controller.current?.abort(), []);

  const start = useCallback(
    (question: string, earlier: readonly Turn[], forceNew: boolean) => {
      const id = crypto.getRandomValues(new Uint32Array(2)).join('-');
      controller.current = new AbortController();
      const messages = messagesFor(earlier, question);
      const stream = api.ask({ messages, collection, model, forceNew }, controller.current.signal);
      dispatch({ type: 'asked', id, question });
      void runQuestion(id, stream, dispatch);
      return id;
    },
    [api, collection, model],
  );

  return useMemo(
    () => ({
      turns,
      running,
      ask: (question) => (running ? undefined : start(question, turns, false)),
      askAgain: (turn) => {
        if (running) return undefined;
        dispatch({ type: 'withdrawn', id: turn.id });
        const earlier = turns.slice(0, turns.indexOf(turn));
        return start(turn.question, earlier, turn.phase.status === 'done');
      },
      stop: () => controller.current?.abort(),
      clear: () => {
        controller.current?.abort();
        dispatch({ type: 'cleared' });
      },
    }),
    [turns, running, start],
  );
}

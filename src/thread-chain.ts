import {
  type Answer,
  brokenAnswerOf,
  type Conversations,
  collectAnswer,
  type TurnStatus,
} from './answer/index.js';
import type { AnswerRequest } from './answer/spec.js';
import { NaraeError } from './core/index.js';
import { messageText } from './llm/index.js';
import type { AnswerPart } from './llm/spec.js';
import type { QueryOptions } from './rag-chain.js';
import type { Turn, TurnSource } from './threads/spec.js';

export interface ThreadQueryOptions extends QueryOptions {
  /** The turn to go on from, to edit a question or have it answered anew; 0: from the beginning. Default: the last. */
  readonly after?: number;
}

/** One question of a conversation with its answer. */
export interface ThreadTurn {
  readonly sequence: number;
  /** The turn before it; 0 for the first. */
  readonly parent: number;
  readonly createdAt: Date;
  readonly status: TurnStatus;
  readonly question: string;
  /** As far as it came. */
  readonly answer: string;
  readonly sources: readonly TurnSource[];
}

export interface ThreadChainParts {
  readonly conversations: Conversations;
  readonly tenant: string;
  readonly requestFor: (question: string, options: QueryOptions) => AnswerRequest;
}

/** A conversation of a `RagChain`: questions are understood from those before, and kept with their answers. */
export class ThreadChain {
  /** Give it to `RagChain.thread` to go on another time. */
  readonly id: string;
  readonly #parts: ThreadChainParts;

  constructor(parts: ThreadChainParts, id: string) {
    this.#parts = parts;
    this.id = id;
  }

  /** The whole answer; it is stored by then. Rejects with a NaraeError when it could not be completed. */
  ask(question: string, options: ThreadQueryOptions = {}): Promise<Answer> {
    return collectAnswer(this.stream(question, options));
  }

  /** The answer as it is written. Leaving the loop early cancels it; it is then stored as far as it came. */
  async *stream(
    question: string,
    options: ThreadQueryOptions = {},
  ): AsyncGenerator<AnswerPart, void, undefined> {
    const { conversations, requestFor } = this.#parts;
    const controller = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal;
    const { after } = options;
    const asked = {
      request: requestFor(question, options),
      thread: this.id,
      create: true,
      ...(after !== undefined && { after }),
    };
    const { stream } = await conversations.answer(asked, signal);
    try {
      for await (const batch of stream.parts) yield* batch;
    } finally {
      controller.abort(new NaraeError('aborted'));
    }
  }

  /** The last turns of the current branch, the oldest first; none of a conversation that has not begun. */
  async history({ limit = 50 }: { readonly limit?: number } = {}): Promise<readonly ThreadTurn[]> {
    const { conversations, tenant } = this.#parts;
    const [state] = await conversations.threads.loadMany(tenant, [this.id], { lastTurns: limit });
    return state?.turns.map(toThreadTurn) ?? [];
  }

  /** Rejects with `thread_not_found`. */
  delete(): Promise<void> {
    return this.#parts.conversations.threads.delete(this.#parts.tenant, this.id);
  }
}

function toThreadTurn(turn: Turn): ThreadTurn {
  const { sequence, parent, createdAtMs, messages, facts } = turn;
  const textOf = (role: 'user' | 'assistant'): string => {
    const message = messages.findLast((candidate) => candidate.role === role);
    return message === undefined ? '' : messageText(message);
  };
  return {
    sequence,
    parent,
    createdAt: new Date(createdAtMs),
    status: brokenAnswerOf(turn)?.status ?? 'complete',
    question: textOf('user'),
    answer: textOf('assistant'),
    sources: facts?.sources ?? [],
  };
}

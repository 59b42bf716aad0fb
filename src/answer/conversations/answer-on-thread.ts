import {
  abortReason,
  type BatchSink,
  type Deferred,
  deferred,
  NaraeError,
  pour,
  toNaraeError,
} from '../../core/index.js';
import type { AnswerPart, ChatMessage } from '../../llm/spec.js';
import type { AppendedTurn, NewTurn, RunContext, ThreadStore } from '../../threads/spec.js';
import { AnswerCollector } from '../collect.js';
import type { AnswerFlow, AnswerStream } from '../spec.js';
import { newMessages } from '../with-history.js';
import { historyFor } from './history.js';
import type { QuestionWithin, RunPart } from './spec.js';
import { type AnswerEnd, brokenEnd, turnOf } from './turn.js';

export interface AnswerOnThreadParts {
  readonly flow: AnswerFlow;
  readonly threads: ThreadStore;
  readonly question: QuestionWithin;
  /** A thread that is not there yet: nothing is to be loaded. */
  readonly isNew: boolean;
  /** Turns that the model is shown. */
  readonly turnsShown: number;
  /** Told when the turn is stored. */
  readonly onStored: (run: RunContext<RunPart>, appended: AppendedTurn) => void;
}

/**
 * One answer from its question on. The flow begins at once, beside the run's finding its place; it waits for the
 * conversation where it needs it.
 *
 *   asked ──▶ flow: search … ┐
 *     └─▶ run: queue ▸ lease ▸ load ─▶ history ─▶ flow goes on ─▶ parts ─▶ log
 *                                                                  └─▶ end ─▶ store the turn ─▶ `turn`, `finish`
 */
export class AnswerOnThread {
  readonly stream: AnswerStream;
  readonly #parts: AnswerOnThreadParts;
  readonly #cancel = new AbortController();
  readonly #history: Deferred<readonly ChatMessage[]> = deferred();

  constructor(parts: AnswerOnThreadParts) {
    const { flow, question, isNew } = parts;
    this.#parts = parts;
    const history = this.#history.promise;
    history.catch(() => {});
    const isWhole = isNew || question.asked !== undefined;
    const request = isWhole ? question.request : { ...question.request, history };
    this.stream = flow.answer(request, this.#cancel.signal);
  }

  /** What the run does. Resolves when the turn is stored and told; rejects with why the answer is not whole. */
  async execute(run: RunContext<RunPart>): Promise<void> {
    const { signal } = run;
    const cancel = (): void => this.#cancel.abort(abortReason(signal));
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    try {
      await this.#loadInto(run);
      const { collector, ending } = await heard(this.stream, run.write);
      await this.#settle(run, collector, ending);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** The run is over or never was: what still goes on for it is cancelled. Idempotent. */
  over(): void {
    this.#cancel.abort(new NaraeError('aborted'));
  }

  async #loadInto({ state, thread }: RunContext<RunPart>): Promise<void> {
    const { threads, question, turnsShown: count } = this.#parts;
    const place = { threads, tenant: question.request.tenant, thread };
    try {
      this.#history.resolve(await historyFor(place, state, { count, after: question.after }));
    } catch (error) {
      this.#history.reject(error);
    }
  }

  async #settle(
    run: RunContext<RunPart>,
    collector: AnswerCollector,
    ending: Extract<AnswerPart, { type: 'finish' | 'error' }>,
  ): Promise<void> {
    const end: AnswerEnd =
      ending.type === 'finish' ? { status: 'complete', reason: ending.reason } : brokenEnd(ending.error);
    const appended = await this.#store(run, collector, end);
    const { sequence, parent } = appended;
    run.write([{ type: 'turn', sequence, parent, status: end.status }, ending]);
    this.#parts.onStored(run, appended);
    if (ending.type === 'error') throw ending.error;
  }

  #store(run: RunContext<RunPart>, collector: AnswerCollector, end: AnswerEnd): Promise<AppendedTurn> {
    const { threads, question } = this.#parts;
    const { messages, tenant } = question.request;
    const isFirst = (question.after ?? run.state.info.head) === 0;
    const asked = question.asked ?? (isFirst ? messages : newMessages(messages));
    const turn = withExtra(turnOf(asked, collector.soFar(), end, run.run), question.extra);
    return threads.append(tenant, run.thread, turn, {
      fence: run.lease.fence,
      ...(question.after !== undefined && { after: question.after }),
    });
  }
}

function withExtra(turn: NewTurn, extra: QuestionWithin['extra']): NewTurn {
  if (extra === undefined) return turn;
  return { ...turn, facts: { ...turn.facts, extra: { ...turn.facts?.extra, ...extra } } };
}

interface Heard {
  readonly collector: AnswerCollector;
  readonly ending: Extract<AnswerPart, { type: 'finish' | 'error' }>;
}

/** Passes on all parts but the last, which is told when the turn is stored. */
function heard({ parts }: AnswerStream, write: (parts: readonly RunPart[]) => void): Promise<Heard> {
  return new Promise((resolve) => pour(parts, new Ear(write, resolve)));
}

class Ear implements BatchSink<AnswerPart> {
  readonly #write: (parts: readonly RunPart[]) => void;
  readonly #resolve: (heard: Heard) => void;
  readonly #collector = new AnswerCollector();
  #isOver = false;

  constructor(write: (parts: readonly RunPart[]) => void, resolve: (heard: Heard) => void) {
    this.#write = write;
    this.#resolve = resolve;
  }

  push(batch: readonly AnswerPart[]): void {
    const last = batch.at(-1);
    const isEnd = last?.type === 'finish' || last?.type === 'error';
    const before = isEnd ? batch.slice(0, -1) : batch;
    for (const part of before) this.#collector.add(part);
    this.#write(before);
    if (isEnd) this.#end(last);
  }

  end(): void {
    this.fail(new NaraeError('llm_stream_broken', { values: { reason: 'no finish' } }));
  }

  fail(thrown: unknown): void {
    this.#end({ type: 'error', error: toNaraeError(thrown) });
  }

  #end(ending: Heard['ending']): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#resolve({ collector: this.#collector, ending });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchFlow, BatchSink } from '../../core/index.js';
import type { CancelAction, RunPlace } from '../runs/run-store.js';
import { addressOf } from './address.js';
import { ask, type CallEnd } from './ask.js';
import { clearAway, type EncodedEvent, NeighbourHost } from './host.js';
import type { Question, Reply } from './messages.js';

/** A connection that was cut is made again after so long: a dying process closes its sockets one by one. */
const RECONNECT_MS = 20;
/** Without a reply for so long, a question that is answered at once is given up. */
const ANSWER_MS = 2_000;

/** What is done for neighbours, and about those that died. */
export interface NeighbourDuties {
  cancel(run: string, action: CancelAction): void;
  /** Nobody listens any more where `node` did: what it left is to be cleared up. */
  died(node: string): Promise<void>;
}

export type EventReader = (
  question: Extract<Question, { ask: 'read' }>,
  sink: BatchSink<EncodedEvent>,
) => BatchFlow;

/** This process among those that share its data folder. */
export class Neighbours {
  readonly node: string;
  readonly #host: NeighbourHost;
  readonly #closed = new AbortController();
  #duties: NeighbourDuties | undefined;
  #reader: EventReader | undefined;

  constructor(node: string) {
    this.node = node;
    this.#host = new NeighbourHost(addressOf(node), {
      cancel: (run, action) => this.#duties?.cancel(run, action),
      read: (question, sink) => {
        if (this.#reader === undefined) throw new Error('nothing to read yet');
        return this.#reader(question, sink);
      },
    });
  }

  /** Can be asked from now on. */
  listen(duties: NeighbourDuties): Promise<void> {
    this.#duties = duties;
    return this.#host.listen();
  }

  /** Who gives out the events of this process's runs. */
  serveReads(reader: EventReader): void {
    this.#reader = reader;
  }

  /** Tells the neighbours that watch a thread. */
  changed(place: RunPlace): void {
    this.#host.changed(place);
  }

  /** Tells a neighbour to stop a run. */
  cancel(node: string, run: string, action: CancelAction): Promise<void> {
    return this.#askBriefly(node, { ask: 'cancel', run, action });
  }

  /** Whether it lives; what a dead one left is cleared up before this resolves. */
  probe(node: string): Promise<void> {
    return this.#askBriefly(node, { ask: 'watch', tenant: '', thread: '' });
  }

  /** Hears of changes on a thread in another process, and of that one's death, until the signal aborts. */
  async watch(node: string, place: RunPlace, onChange: () => void, signal: AbortSignal): Promise<void> {
    for (;;) {
      const { tenant, thread } = place;
      const replies = this.ask(node, { ask: 'watch', tenant, thread }, signal);
      let next = await replies.next();
      for (; !next.done; next = await replies.next()) onChange();
      if (signal.aborted) return;
      if (next.value === 'dead') onChange();
      if (next.value !== 'closed') return;
      await sleep(RECONNECT_MS, undefined, { ref: false });
    }
  }

  /** As `ask`; has cleared up after a dead one when it says so. After `close` nobody can be reached. */
  async *ask(
    node: string,
    question: Question,
    signal: AbortSignal,
  ): AsyncGenerator<Reply, CallEnd, undefined> {
    const closed = this.#closed.signal;
    const end = yield* ask(addressOf(node), question, AbortSignal.any([signal, closed]));
    if (closed.aborted) return 'unreachable';
    if (end === 'dead') {
      await this.#duties?.died(node);
      clearAway(addressOf(node));
    }
    return end;
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closed.abort();
    return this.#host.close();
  }

  async #askBriefly(node: string, question: Question): Promise<void> {
    const replies = this.ask(node, question, AbortSignal.timeout(ANSWER_MS));
    await replies.next();
    await replies.return('closed');
  }
}

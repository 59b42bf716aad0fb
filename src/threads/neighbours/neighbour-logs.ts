import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchSink, errorFromData } from '../../core/index.js';
import type { PartCodec } from '../runs/part-codec.js';
import { eventsGone } from '../runs/run-log.js';
import type { RunRecord } from '../runs/run-store.js';
import type { ReadAsker, RunSource, SharedLogs } from '../runs/shared-log.js';
import type { RunEvent } from '../spec.js';
import type { EncodedEvent } from './host.js';
import type { Reply } from './messages.js';
import type { Neighbours } from './neighbours.js';

/** A reader that was cut off comes again after so long. */
const RECONNECT_MS = 20;

/** The events of runs stay with the process that runs them: whoever wants them reads them there. */
export class NeighbourLogs<Part> implements SharedLogs<Part> {
  readonly knowsReaders = true;
  readonly #neighbours: Neighbours;
  readonly #codec: PartCodec<Part>;

  constructor(neighbours: Neighbours, codec: PartCodec<Part>) {
    this.#neighbours = neighbours;
    this.#codec = codec;
  }

  serve(source: RunSource<Part>): void {
    this.#neighbours.serveReads(({ tenant, thread, run, after, onDisconnect }, sink) =>
      source(tenant, thread, run, { after, onDisconnect }).pipe(this.#encoded(sink)),
    );
  }

  async *read(asker: ReadAsker): AsyncGenerator<readonly RunEvent<Part>[], void, undefined> {
    const { record, options, signal } = asker;
    let read = options.after ?? 0;
    if (record.node === this.#neighbours.node) throw eventsGone(record.id, read);
    for (;;) {
      const replies = this.#ask(asker, read);
      let next = await replies.next();
      for (; !next.done; next = await replies.next()) {
        const reply = next.value;
        if (reply.say === 'done') return;
        if (reply.say === 'failed') throw errorFromData(reply.error);
        if (reply.say !== 'events') continue;
        const events = this.#decoded(reply);
        read = events.at(-1)?.id ?? read;
        yield events;
      }
      if (signal.aborted) return;
      if (next.value !== 'closed') throw await lostEvents(asker, read);
      await sleep(RECONNECT_MS, undefined, { ref: false });
    }
  }

  #ask({ tenant, record, options, signal }: ReadAsker, after: number) {
    const { onDisconnect = 'continue' } = options;
    const { id: run, thread, node } = record;
    return this.#neighbours.ask(node, { ask: 'read', tenant, thread, run, after, onDisconnect }, signal);
  }

  #encoded(sink: BatchSink<EncodedEvent>): BatchSink<RunEvent<Part>> {
    const { encode } = this.#codec;
    return {
      push: (events) => sink.push(events.map(({ id, part }) => ({ id, data: encode ? encode(part) : part }))),
      end: () => sink.end(),
      fail: (error) => sink.fail(error),
    };
  }

  #decoded({ first, parts }: Extract<Reply, { say: 'events' }>): RunEvent<Part>[] {
    const { decode } = this.#codec;
    return parts.map((data, at) => ({ id: first + at, part: decode ? decode(data) : (data as Part) }));
  }
}

/** The process that had them is gone: the run's own failure, where that is why. */
async function lostEvents({ look, record }: ReadAsker, read: number): Promise<unknown> {
  const now: RunRecord | undefined = await look();
  return now?.error === undefined ? eventsGone(record.id, read) : errorFromData(now.error);
}

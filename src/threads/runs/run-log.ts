import { type BatchFlow, type BatchSink, NaraeError } from '../../core/index.js';
import type { RunEvent } from '../spec.js';
import { LogReader } from './log-reader.js';
import type { PartCodec } from './part-codec.js';

export interface RunLogLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

export type LogEnding = { readonly kind: 'end' } | { readonly kind: 'fail'; readonly error: NaraeError };

/** Dropped events stay in the array until there are so many that moving the others pays. */
const COMPACT_FROM = 1_024;

export function eventsGone(run: string, event: number): NaraeError {
  return new NaraeError('stream_events_gone', { values: { run, event } });
}

/**
 * The events of one run, numbered from 1.
 *
 *      dropped  │ kept                        │ to come
 *   1 ─ ─ ─ ─ ─ ┼─────────────────────────────┤ ─ ─ ─ ▶
 *           droppedId     ▲       ▲         lastId
 *                    slow reader  └ another
 *
 * Readers come and go, each at its own pace: one that is slow reads on from what is kept. Beyond the limits the
 * oldest events go, whoever has yet to read them: such a reader is failed with `stream_events_gone`.
 */
export class RunLog<Part> {
  readonly #run: string;
  readonly #codec: PartCodec<Part>;
  readonly #limits: RunLogLimits;
  readonly #readers = new Set<LogReader<Part>>();
  #events: RunEvent<Part>[] = [];
  /** Events at the start of the array that are dropped already. */
  #dead = 0;
  #lastBatch: readonly RunEvent<Part>[] = [];
  #lastId = 0;
  #bytes = 0;
  #ending: LogEnding | undefined;

  constructor(run: string, codec: PartCodec<Part>, limits: RunLogLimits) {
    this.#run = run;
    this.#codec = codec;
    this.#limits = limits;
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** Of what is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  get readers(): number {
    return this.#readers.size;
  }

  get ending(): LogEnding | undefined {
    return this.#ending;
  }

  /** Gives the events that the parts became. */
  push(parts: readonly Part[]): readonly RunEvent<Part>[] {
    if (this.#ending !== undefined || parts.length === 0) return [];
    const events = parts.map((part) => ({ id: ++this.#lastId, part }));
    for (const event of events) this.#keep(event);
    this.#lastBatch = events;
    for (const reader of this.#readers) reader.pump();
    this.#trim();
    return events;
  }

  /** The first call counts. */
  end(ending: LogEnding): void {
    this.#ending ??= ending;
    for (const reader of this.#readers) reader.pump();
  }

  /** Events after an id; the sink hears nothing before this returns. Throws `stream_events_gone`. */
  read(after: number, sink: BatchSink<RunEvent<Part>>): BatchFlow {
    const isAhead = this.#ending !== undefined && after > this.#lastId;
    if (after < this.#droppedId || isAhead) throw eventsGone(this.#run, after);
    const reader = new LogReader(this, sink, after);
    this.#readers.add(reader);
    queueMicrotask(() => reader.pump());
    return reader;
  }

  /** For readers: what comes after an id, or why it cannot be had. */
  since(id: number): readonly RunEvent<Part>[] | NaraeError {
    if (id < this.#droppedId) return eventsGone(this.#run, id);
    if (id === this.#lastId - this.#lastBatch.length) return this.#lastBatch;
    return this.#events.slice(this.#dead + id - this.#droppedId);
  }

  /** For readers. */
  leave(reader: LogReader<Part>): void {
    this.#readers.delete(reader);
  }

  get #droppedId(): number {
    return this.#lastId - (this.#events.length - this.#dead);
  }

  #keep(event: RunEvent<Part>): void {
    this.#events.push(event);
    this.#bytes += this.#codec.bytesOf(event.part);
  }

  #trim(): void {
    const { maxEvents, maxBytes } = this.#limits;
    while (
      this.#dead < this.#events.length &&
      (this.#events.length - this.#dead > maxEvents || this.#bytes > maxBytes)
    )
      this.#bytes -= this.#codec.bytesOf((this.#events[this.#dead++] as RunEvent<Part>).part);
    if (this.#dead < COMPACT_FROM && this.#dead < this.#events.length) return;
    this.#events = this.#events.slice(this.#dead);
    this.#dead = 0;
  }
}

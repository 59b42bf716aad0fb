import { BroadcastListener } from './broadcast-listener.js';
import { pour } from './pour.js';
import type { BatchFlow, BatchSink } from './source.js';

export interface BroadcastOptions<Item> {
  /** Items that are kept for those who come later or read slowly. */
  readonly limitItems: number;
  /** Bytes of them, as `bytesOf` counts. */
  readonly limitBytes: number;
  readonly bytesOf: (item: Item) => number;
  /** What a listener hears that is further behind than the limits allow. */
  readonly tooSlow: () => Error;
  /** Puts what a listener has missed into fewer items. Default: as they came. */
  readonly coalesce?: (items: readonly Item[]) => readonly Item[];
  /** True: the source is read to its end, whoever listens, and as fast as it comes. Default false. */
  readonly keep?: boolean;
  /** Told once when nothing more will come: at the end, at a failure, or when the source was stopped. */
  readonly onOver?: () => void;
}

export type BroadcastEnding =
  | { readonly kind: 'end' }
  | { readonly kind: 'fail'; readonly error: unknown }
  /** Everybody left before the end. */
  | { readonly kind: 'stopped' };

/**
 * One source, read once for many listeners.
 *
 *            dropped │ kept                          │ to come
 *   items  0 ─ ─ ─ ─ ┼───────────────────────────────┤ ─ ─ ─ ▶
 *                    base          ▲      ▲          head
 *                              slow one   └ another  └ all who follow
 *
 * Whoever joins late gets what was before at once, and then follows. Each listener has its own pace: one that pauses
 * reads on later from what is kept, and holds up nobody. While all pause, so does the source. Beyond the limits only
 * what somebody has yet to read is kept: late joiners are refused, and who is further behind is cut off.
 * The source is stopped when the last listener leaves; its failure reaches all.
 */
export class Broadcast<Item> implements BatchSink<Item> {
  readonly #source: AsyncIterable<readonly Item[]>;
  readonly #options: BroadcastOptions<Item>;
  readonly #listeners = new Set<BroadcastListener<Item>>();
  #flow: BatchFlow | undefined;
  #log: Item[] = [];
  #last: readonly Item[] = [];
  #bytes = 0;
  #base = 0;
  #ending: BroadcastEnding | undefined;
  #isPaused = false;

  constructor(source: AsyncIterable<readonly Item[]>, options: BroadcastOptions<Item>) {
    this.#source = source;
    this.#options = options;
  }

  /** Items that have come so far. */
  get head(): number {
    return this.#base + this.#log.length;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Undefined while more may come. */
  get ending(): BroadcastEnding | undefined {
    return this.#ending;
  }

  /** Begins to read; the first listener does so too. Idempotent. */
  start(): void {
    this.#flow ??= pour(this.#source, this);
  }

  /**
   * A further listener, from the item numbered `from` on. Undefined when that one is not kept any more, or the source
   * was stopped. The sink hears nothing before this returns.
   */
  join(sink: BatchSink<Item>, from = 0): BatchFlow | undefined {
    if (!this.canJoin(from)) return undefined;
    const listener = new BroadcastListener(this, sink, from);
    this.#listeners.add(listener);
    this.start();
    this.balance();
    queueMicrotask(() => listener.pump());
    return listener;
  }

  canJoin(from = 0): boolean {
    return from >= this.#base && from <= this.head && this.#ending?.kind !== 'stopped';
  }

  push(batch: readonly Item[]): void {
    if (this.#ending !== undefined || batch.length === 0) return;
    for (const item of batch) {
      this.#log.push(item);
      this.#bytes += this.#options.bytesOf(item);
    }
    this.#last = batch;
    for (const listener of this.#listeners) listener.pump();
    this.#trim();
  }

  end(): void {
    this.#end({ kind: 'end' });
  }

  fail(error: unknown): void {
    this.#end({ kind: 'fail', error });
  }

  /** Stops the source, whoever listens: they hear `error`. */
  abort(error: unknown): void {
    if (this.#ending !== undefined) return;
    this.#flow?.stop();
    this.fail(error);
  }

  /** For listeners: the items from `position` on; the last batch itself where it is just these. */
  since(position: number): readonly Item[] {
    if (position === this.head - this.#last.length) return this.#last;
    const missed = this.#log.slice(position - this.#base);
    return this.#options.coalesce?.(missed) ?? missed;
  }

  /** For listeners: one has left, or needs nothing more. */
  leave(listener: BroadcastListener<Item>): void {
    if (!this.#listeners.delete(listener)) return;
    if (this.#listeners.size === 0 && this.#ending === undefined && !this.#options.keep) this.#stop();
    else this.balance();
  }

  /** For listeners: the source waits while all of them do. */
  balance(): void {
    if (this.#ending !== undefined || this.#flow === undefined || this.#options.keep) return;
    const pauses = this.#listeners.size > 0 && this.#everybodyWaits();
    if (pauses === this.#isPaused) return;
    this.#isPaused = pauses;
    if (pauses) this.#flow.pause();
    else this.#flow.resume();
  }

  #everybodyWaits(): boolean {
    for (const listener of this.#listeners) if (!listener.isPaused) return false;
    return true;
  }

  #end(ending: BroadcastEnding): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    for (const listener of this.#listeners) listener.pump();
    this.#options.onOver?.();
  }

  #stop(): void {
    this.#log = [];
    this.#last = [];
    this.#ending = { kind: 'stopped' };
    this.#flow?.stop();
    this.#options.onOver?.();
  }

  #trim(): void {
    while (this.#isOverLimits()) {
      const slowest = this.#slowest();
      const position = slowest?.position ?? this.head;
      if (position > this.#base) this.#drop(position - this.#base);
      else slowest?.cut(this.#options.tooSlow());
    }
  }

  #isOverLimits(): boolean {
    const { limitItems, limitBytes } = this.#options;
    return this.#log.length > 0 && (this.#log.length > limitItems || this.#bytes > limitBytes);
  }

  #slowest(): BroadcastListener<Item> | undefined {
    let slowest: BroadcastListener<Item> | undefined;
    for (const listener of this.#listeners)
      if (slowest === undefined || listener.position < slowest.position) slowest = listener;
    return slowest;
  }

  #drop(count: number): void {
    for (const item of this.#log.splice(0, count)) this.#bytes -= this.#options.bytesOf(item);
    this.#base += count;
  }
}

import { type Clock, systemClock } from '../core/index.js';

/** Something that happens at a time. One item waits for one time only; scheduling it again moves it. */
export abstract class WheelItem {
  /** @internal Tick at which it is due; IDLE when it waits for nothing. */
  dueTick = IDLE;
  /** @internal */
  next: WheelItem | undefined;
  /** @internal */
  previous: WheelItem | undefined;

  /** Called once when due; may schedule itself again and cancel others. Must not throw. */
  abstract onDue(nowMs: number): void;
}

const IDLE = -1;
const TICK_MS = 1;
/** A power of two, so that a tick's slot is a bit mask away. */
const SLOTS = 1024;

/**
 * The times of tens of thousands of streams on one timer. Scheduling, moving and cancelling cost a few assignments.
 *
 *   slots   0      1      2           1023
 *         [ · ]──[ A ]──[ · ]── … ──[ B ⇄ C ]     B is due at a tick ≡ 1023 (mod 1024), perhaps some rounds later
 *                  ▲ now
 *
 * Items are due at most one tick late, and never early. An empty wheel holds no timer.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #heads = new Array<WheelItem | undefined>(SLOTS).fill(undefined);
  #size = 0;
  /** The last tick whose items have run. */
  #tick: number;
  #wakesAtTick = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#tick = tickAt(clock.monotonicMs());
  }

  /** Items that wait. */
  get size(): number {
    return this.#size;
  }

  /** The wheel's time, in milliseconds, as `onDue` gets it. */
  nowMs(): number {
    return this.#clock.monotonicMs();
  }

  /** Runs the item's `onDue` at `dueAtMs` (in the time of `nowMs`), never before this call returns. */
  schedule(item: WheelItem, dueAtMs: number): void {
    this.cancel(item);
    if (this.#size === 0) this.#tick = tickAt(this.nowMs());
    item.dueTick = Math.max(Math.ceil(dueAtMs / TICK_MS), this.#tick + 1);
    this.#insert(item);
    if (item.dueTick < this.#wakesAtTick) this.#sleepUntil(item.dueTick);
  }

  cancel(item: WheelItem): void {
    if (item.dueTick === IDLE) return;
    this.#remove(item);
    item.dueTick = IDLE;
    if (this.#size === 0) this.#stop();
  }

  /** Cancels everything. */
  clear(): void {
    for (let head of this.#heads) while (head) head = this.#drop(head);
  }

  #drop(item: WheelItem): WheelItem | undefined {
    const { next } = item;
    this.cancel(item);
    return next;
  }

  #insert(item: WheelItem): void {
    const slot = item.dueTick & (SLOTS - 1);
    const head = this.#heads[slot];
    item.next = head;
    item.previous = undefined;
    if (head) head.previous = item;
    this.#heads[slot] = item;
    this.#size++;
  }

  #remove(item: WheelItem): void {
    if (item.previous) item.previous.next = item.next;
    else if (this.#heads[item.dueTick & (SLOTS - 1)] === item)
      this.#heads[item.dueTick & (SLOTS - 1)] = item.next;
    // An item that is due now has left its slot already.
    else return;
    if (item.next) item.next.previous = item.previous;
    item.next = undefined;
    item.previous = undefined;
    this.#size--;
  }

  #sleepUntil(tick: number): void {
    clearTimeout(this.#timer);
    this.#wakesAtTick = tick;
    const sleepMs = Math.max(TICK_MS, Math.ceil(tick * TICK_MS - this.nowMs()));
    this.#timer = setTimeout(() => this.#wake(), sleepMs);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wakesAtTick = Number.POSITIVE_INFINITY;
  }

  #wake(): void {
    const nowMs = this.nowMs();
    const nowTick = tickAt(nowMs);
    this.#wakesAtTick = Number.POSITIVE_INFINITY;
    for (const item of this.#takeDue(nowTick)) {
      // One that ran before it may have cancelled or moved it.
      if (item.dueTick === IDLE || item.dueTick > nowTick) continue;
      item.dueTick = IDLE;
      item.onDue(nowMs);
    }
    const next = this.#nextTick();
    if (next < this.#wakesAtTick) this.#sleepUntil(next);
  }

  #takeDue(nowTick: number): WheelItem[] {
    const due: WheelItem[] = [];
    const first = Math.max(this.#tick + 1, nowTick - SLOTS + 1);
    for (let tick = first; tick <= nowTick; tick++) {
      let item = this.#heads[tick & (SLOTS - 1)];
      while (item) {
        const { next } = item;
        if (item.dueTick <= nowTick) {
          this.#remove(item);
          due.push(item);
        }
        item = next;
      }
    }
    this.#tick = Math.max(this.#tick, nowTick);
    return due;
  }

  /** The next tick at which something may be due: that of the next slot with items. */
  #nextTick(): number {
    if (this.#size === 0) return Number.POSITIVE_INFINITY;
    let tick = this.#tick + 1;
    while (this.#heads[tick & (SLOTS - 1)] === undefined) tick++;
    return tick;
  }
}

function tickAt(ms: number): number {
  return Math.floor(ms / TICK_MS);
}

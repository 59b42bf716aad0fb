import type { Clock } from '../../core/index.js';

/** Something that is told when its time is up, unless it has settled by then. */
export interface Expiring {
  readonly settled: boolean;
  expire(): void;
}

interface Lane {
  readonly dueAtMs: number[];
  readonly items: Expiring[];
  /** Index of the first that is left; what is before it was dealt with. */
  head: number;
}

/** A timer that comes later than this tells of an event loop that was busy meanwhile. */
const BUSY_MS = 5;
/** Most that is added to deadlines for that. */
const MOST_GRACE_MS = 250;

/** From so many dealt-with entries on, a lane is cut down. */
const COMPACT_AT = 1_024;

/**
 * The deadlines of all commands on one timer. Deadlines of one length fall due in the order in which they were set,
 * so each length has a queue; adding costs a push, settling nothing. There are as many queues as lengths in use.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lanes = new Map<number, Lane>();
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #wakesAtMs = Number.POSITIVE_INFINITY;
  /** Time was added already for the deadlines that are due. */
  #isGraced = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(item: Expiring, durationMs: number): void {
    const lane = this.#lane(durationMs);
    const dueAtMs = this.#clock.monotonicMs() + durationMs;
    dropSettled(lane);
    lane.dueAtMs.push(dueAtMs);
    lane.items.push(item);
    if (dueAtMs < this.#wakesAtMs) this.#sleepUntil(dueAtMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#lanes.clear();
  }

  #lane(durationMs: number): Lane {
    let lane = this.#lanes.get(durationMs);
    if (!lane) {
      lane = { dueAtMs: [], items: [], head: 0 };
      this.#lanes.set(durationMs, lane);
    }
    return lane;
  }

  #sleepUntil(dueAtMs: number): void {
    clearTimeout(this.#timer);
    this.#wakesAtMs = dueAtMs;
    const sleepMs = Math.max(1, Math.ceil(dueAtMs - this.#clock.monotonicMs()));
    this.#timer = setTimeout(() => this.#onTimer(), sleepMs).unref();
  }

  /**
   * Time in which this process was busy does not count: what was asked had perhaps not left it yet. And answers that
   * came meanwhile are read first: they were in time, the event loop was not.
   */
  #onTimer(): void {
    const nowMs = this.#clock.monotonicMs();
    const lateMs = nowMs - this.#wakesAtMs;
    if (lateMs > BUSY_MS && !this.#isGraced) {
      this.#isGraced = true;
      this.#sleepUntil(nowMs + Math.min(lateMs, MOST_GRACE_MS));
    } else this.#immediate = setImmediate(() => this.#wake());
  }

  #wake(): void {
    this.#isGraced = false;
    const nowMs = this.#clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    this.#wakesAtMs = nextMs;
    for (const [durationMs, lane] of this.#lanes) {
      expireDue(lane, nowMs);
      const dueAtMs = lane.dueAtMs[lane.head];
      if (dueAtMs === undefined) this.#lanes.delete(durationMs);
      else nextMs = Math.min(nextMs, dueAtMs);
    }
    if (nextMs < this.#wakesAtMs) this.#sleepUntil(nextMs);
  }
}

function expireDue(lane: Lane, nowMs: number): void {
  dropSettled(lane);
  while ((lane.dueAtMs[lane.head] ?? Number.POSITIVE_INFINITY) <= nowMs) {
    const item = lane.items[lane.head++];
    if (item && !item.settled) item.expire();
  }
  dropSettled(lane);
}

function dropSettled(lane: Lane): void {
  while (lane.items[lane.head]?.settled) lane.head++;
  if (lane.head < COMPACT_AT || lane.head * 2 < lane.items.length) return;
  lane.items.splice(0, lane.head);
  lane.dueAtMs.splice(0, lane.head);
  lane.head = 0;
}

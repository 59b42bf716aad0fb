import { type Clock, Linked, LinkedSet, systemClock } from '../../core/index.js';

/** Least time between two looks at the deadlines; also how late a deadline may be noticed. */
const TICK_MS = 10;

export interface Deadline {
  /** Moves the deadline; costs one assignment, no timer. */
  set(dueInMs: number): void;
  cancel(): void;
}

/**
 * Deadlines of many streams on one timer. Moving a deadline, which happens with every chunk of every stream, does
 * not touch the timer: it wakes at the earliest known time, finds who is really due and sleeps again.
 * Bounded by the streams under way; an idle wheel holds no timer and keeps no process alive.
 */
export class DeadlineWheel {
  readonly #clock: Clock;
  readonly #entries = new LinkedSet<Entry>();
  #timer: NodeJS.Timeout | undefined;
  #wakesAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Calls `onDue` once when `dueInMs` have passed, unless moved or cancelled. */
  start(dueInMs: number, onDue: () => void): Deadline {
    const entry = new Entry(this, onDue);
    this.#entries.add(entry);
    this.move(entry, dueInMs);
    return entry;
  }

  /** For its entries. */
  move(entry: Entry, dueInMs: number): void {
    entry.dueAtMs = this.#clock.monotonicMs() + dueInMs;
    if (entry.dueAtMs < this.#wakesAtMs) this.#sleepUntil(entry.dueAtMs);
  }

  /** For its entries. */
  remove(entry: Entry): void {
    this.#entries.delete(entry);
    if (this.#entries.size > 0) return;
    clearTimeout(this.#timer);
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
  }

  #sleepUntil(dueAtMs: number): void {
    if (dueAtMs === Number.POSITIVE_INFINITY) return;
    clearTimeout(this.#timer);
    this.#wakesAtMs = dueAtMs;
    const sleepMs = Math.max(TICK_MS, Math.ceil(dueAtMs - this.#clock.monotonicMs()));
    this.#timer = setTimeout(() => this.#wake(), Math.min(sleepMs, 2 ** 31 - 1)).unref();
  }

  /** Where this process was busy, what came meanwhile is heard first: only the other side's silence counts. */
  #wake(): void {
    setImmediate(() => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.monotonicMs();
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
    const due = this.#entries.members().filter((entry) => entry.dueAtMs <= now);
    for (const entry of due) this.#entries.delete(entry);
    for (const entry of due) entry.onDue();
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.members()) next = Math.min(next, entry.dueAtMs);
    this.#sleepUntil(next);
  }
}

class Entry extends Linked implements Deadline {
  dueAtMs = 0;
  readonly onDue: () => void;
  readonly #wheel: DeadlineWheel;

  constructor(wheel: DeadlineWheel, onDue: () => void) {
    super();
    this.#wheel = wheel;
    this.onDue = onDue;
  }

  set(dueInMs: number): void {
    this.#wheel.move(this, dueInMs);
  }

  cancel(): void {
    this.#wheel.remove(this);
  }
}

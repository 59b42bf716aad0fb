/** Disconnects that are remembered one by one. */
const DISCONNECTS_LIMIT = 1000;
/** Models that are counted by name; further ones share one row, so that names cannot fill the memory. */
const MODELS_LIMIT = 200;
const OTHER_MODELS = '(others)';

/** A client that left before its answer was over. Times are milliseconds. */
export interface Disconnect {
  readonly model: string;
  /** When it was noticed, since the epoch, with fractions. */
  readonly atMs: number;
  /** From the request to noticing. */
  readonly afterRequestMs: number;
  /** From the last `markLeaving` to noticing; null when nobody said that a client would leave. */
  readonly afterMarkMs: number | null;
  /** Tokens that it had been sent. */
  readonly framesSent: number;
}

export interface MockStats {
  /** Requests for chat and embeddings. */
  readonly calls: number;
  readonly callsByModel: Readonly<Record<string, number>>;
  /** Answers under way, those that hang or stall among them. */
  readonly open: number;
  readonly openPeak: number;
  /** Answers whose end was written, whatever it was. */
  readonly completed: number;
  /** Clients that left before; `recent` has the last 1,000. */
  readonly disconnects: number;
  readonly recentDisconnects: readonly Disconnect[];
  /** Frames of answers: a token each. */
  readonly framesSent: number;
  /** TCP connections since the start or the last reset. */
  readonly connections: number;
  readonly process: { readonly pid: number; readonly cpuMs: number; readonly rssBytes: number };
}

/** One call under way. */
export interface OpenCall {
  readonly model: string;
  readonly startedMs: number;
}

/** Counts what the mock does. */
export class StatsKeeper {
  #calls = 0;
  readonly #byModel = new Map<string, number>();
  #open = 0;
  #openPeak = 0;
  #completed = 0;
  #disconnects = 0;
  #recent: Disconnect[] = [];
  #framesSent = 0;
  #connections = 0;
  #markedMs: number | undefined;

  connected(): void {
    this.#connections++;
  }

  /** Counts a call; returns its number among the model's calls, from 1. */
  called(model: string): number {
    this.#calls++;
    const name = this.#byModel.has(model) || this.#byModel.size < MODELS_LIMIT ? model : OTHER_MODELS;
    const number = (this.#byModel.get(name) ?? 0) + 1;
    this.#byModel.set(name, number);
    return number;
  }

  opened(model: string): OpenCall {
    this.#openPeak = Math.max(this.#openPeak, ++this.#open);
    return { model, startedMs: performance.now() };
  }

  /** Ends a call: completed, or left by its client. */
  closed(call: OpenCall, outcome: { readonly isComplete: boolean; readonly framesSent: number }): void {
    this.#open--;
    this.#framesSent += outcome.framesSent;
    if (outcome.isComplete) this.#completed++;
    else this.#disconnected(call, outcome.framesSent);
  }

  /** Says that a client is about to leave, so that noticing can be timed. */
  markLeaving(): void {
    this.#markedMs = performance.now();
  }

  /** Starts counting anew; what is open stays open. */
  reset(): void {
    this.#calls = 0;
    this.#byModel.clear();
    this.#openPeak = this.#open;
    this.#completed = 0;
    this.#disconnects = 0;
    this.#recent = [];
    this.#framesSent = 0;
    this.#connections = 0;
    this.#markedMs = undefined;
  }

  read(): MockStats {
    const { user, system } = process.cpuUsage();
    return {
      calls: this.#calls,
      callsByModel: Object.fromEntries(this.#byModel),
      open: this.#open,
      openPeak: this.#openPeak,
      completed: this.#completed,
      disconnects: this.#disconnects,
      recentDisconnects: [...this.#recent],
      framesSent: this.#framesSent,
      connections: this.#connections,
      process: {
        pid: process.pid,
        cpuMs: Math.round((user + system) / 1000),
        rssBytes: process.memoryUsage.rss(),
      },
    };
  }

  #disconnected({ model, startedMs }: OpenCall, framesSent: number): void {
    const nowMs = performance.now();
    this.#disconnects++;
    this.#recent.push({
      model,
      atMs: performance.timeOrigin + nowMs,
      afterRequestMs: nowMs - startedMs,
      afterMarkMs: this.#markedMs === undefined ? null : nowMs - this.#markedMs,
      framesSent,
    });
    if (this.#recent.length > DISCONNECTS_LIMIT) this.#recent.shift();
  }
}

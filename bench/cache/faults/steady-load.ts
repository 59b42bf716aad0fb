import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'undici';
import { type Asked, ask } from '../nodes/ask.js';

/**
 * `hot`: in the node's memory. `shared`: kept by another node, so in Redis only; asked once each. `new`: the model
 * has to write it.
 */
export type Way = 'hot' | 'shared' | 'new';
/** One after another, over and over. */
const MIX: readonly Way[] = [
  'hot',
  'shared',
  'hot',
  'new',
  'shared',
  'hot',
  'shared',
  'new',
  'hot',
  'shared',
];
const PER_SECOND = 60;
const HOT = 20;

/** Different words, so that the search finds something for each. */
const SUBJECTS = ['cache', 'model server', 'Korean search', 'access key', 'metrics', '문서', '설정', '캐시'];

export interface Answered extends Asked {
  readonly way: Way;
  readonly askedAtMs: number;
}

export function questionOf(way: Way, n: number): string {
  const subject = SUBJECTS[n % SUBJECTS.length];
  return way === 'hot'
    ? `What about the ${subject}? (${n % HOT})`
    : `What about the ${subject}? (${way} ${n})`;
}

export function hotQuestions(): string[] {
  return Array.from({ length: HOT }, (_, n) => questionOf('hot', n));
}

/** How many questions of the shared way a load of that length asks. */
export function sharedNeeded(durationMs: number): number {
  const share = MIX.filter((way) => way === 'shared').length / MIX.length;
  return Math.ceil(((durationMs / 1_000) * PER_SECOND + MIX.length) * share);
}

/** Asks at a steady rate, whatever the answers take; times count from when each should have been asked. */
export class SteadyLoad {
  readonly answered: Answered[] = [];
  readonly #pool: Pool;
  readonly #open = new Set<Promise<void>>();
  readonly #counts: Record<Way, number> = { hot: 0, shared: 0, new: 0 };
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Waits for what was asked. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
    await Promise.all(this.#open);
  }

  async #run(): Promise<void> {
    const startMs = performance.now();
    for (let n = 0; !this.#isStopped; n++) {
      const dueMs = startMs + (n * 1_000) / PER_SECOND;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const asked = this.#ask(n, dueMs).finally(() => this.#open.delete(asked));
      this.#open.add(asked);
    }
  }

  async #ask(n: number, askedAtMs: number): Promise<void> {
    const way = MIX[n % MIX.length] as Way;
    const question = questionOf(way, this.#counts[way]++);
    const answer = await ask(this.#pool, question, { stream: n % 4 < 2, fromMs: askedAtMs });
    this.answered.push({ ...answer, way, askedAtMs });
  }
}

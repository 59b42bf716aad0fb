import type { CacheOptions } from './spec.js';

/** A life that grows with use, for what is asked again and again: 1 h, then 2, 4 and 24 h from 3, 6 and 11 reads. */
export const GROWING_LIFE = {
  ttlMs: 3_600_000,
  growth: [
    { reads: 3, ttlMs: 2 * 3_600_000 },
    { reads: 6, ttlMs: 4 * 3_600_000 },
    { reads: 11, ttlMs: 24 * 3_600_000 },
  ],
} as const satisfies Pick<CacheOptions<unknown>, 'ttlMs' | 'growth'>;

/** Where a value stands in its life. `dead`: nothing may be made of it any more. */
export type Age = 'fresh' | 'revalidate' | 'stand-in' | 'dead';

/** A random number, 0 ≤ r < 1. */
export type Random = () => number;

type LifeOptions = Pick<
  CacheOptions<never>,
  'ttlMs' | 'ttlJitter' | 'growth' | 'staleWhileRevalidateMs' | 'staleIfErrorMs' | 'earlyRefreshRatio'
>;

interface Ageing {
  readonly storedAtMs: number;
  readonly freshUntilMs: number;
  readonly keepUntilMs: number;
}

/** The rules of ageing of one cache. */
export class LifeRules {
  readonly #options: LifeOptions;
  readonly #random: Random;
  readonly #revalidateMs: number;
  readonly #staleMs: number;
  readonly #earlyRatio: number;

  constructor(options: LifeOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#revalidateMs = options.staleWhileRevalidateMs ?? 0;
    this.#staleMs = Math.max(this.#revalidateMs, options.staleIfErrorMs ?? 0);
    this.#earlyRatio = options.earlyRefreshRatio ?? 0;
  }

  /** A life that begins now, with jitter. */
  begin(nowMs: number, ttlMs = this.#options.ttlMs): { freshUntilMs: number; keepUntilMs: number } {
    const freshUntilMs = nowMs + this.#jittered(ttlMs);
    return { freshUntilMs, keepUntilMs: freshUntilMs + this.#staleMs };
  }

  age(entry: Ageing, nowMs: number): Age {
    if (nowMs < entry.freshUntilMs) return 'fresh';
    if (nowMs >= entry.keepUntilMs) return 'dead';
    return nowMs < entry.freshUntilMs + this.#revalidateMs ? 'revalidate' : 'stand-in';
  }

  /** The life that this read earned, counted from the read; undefined where it earned none. Lives never shrink. */
  grown(
    entry: Ageing,
    reads: number,
    nowMs: number,
  ): { freshUntilMs: number; keepUntilMs: number } | undefined {
    const step = this.#options.growth?.find((candidate) => candidate.reads === reads);
    if (step === undefined) return undefined;
    const life = this.begin(nowMs, step.ttlMs);
    return life.freshUntilMs > entry.freshUntilMs ? life : undefined;
  }

  /**
   * Whether a fresh value is computed anew already. The chance rises from 0 at the start of the last share of its
   * life to 1 at its end: what is read often is renewed early by one reader, what is read seldom is not.
   */
  refreshesEarly(entry: Ageing, nowMs: number): boolean {
    if (this.#earlyRatio === 0) return false;
    const windowMs = (entry.freshUntilMs - entry.storedAtMs) * this.#earlyRatio;
    const intoMs = nowMs - (entry.freshUntilMs - windowMs);
    return intoMs > 0 && this.#random() < intoMs / windowMs;
  }

  #jittered(ttlMs: number): number {
    const jitter = this.#options.ttlJitter ?? 0.1;
    return jitter === 0 ? ttlMs : ttlMs * (1 - jitter * this.#random());
  }
}

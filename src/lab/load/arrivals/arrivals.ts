/** When open-loop requests are meant to start: milliseconds from the run's start, never going back. */
export interface Arrivals {
  /** The next one, without taking it; undefined when there are no more. */
  peek(): number | undefined;
  take(): void;
}

/** Arrivals from a function of their number, from 0. */
function arrivalsFrom(timeOf: (index: number) => number | undefined): Arrivals {
  let index = 0;
  let next = timeOf(0);
  return {
    peek: () => next,
    take: () => {
      next = timeOf(++index);
    },
  };
}

/** So many a second, evenly. */
export function evenArrivals(perSecond: number): Arrivals {
  return arrivalsFrom((index) => (index * 1000) / perSecond);
}

/**
 * So many a second on average, as independent users come: exponential gaps (a Poisson process). The same rate gives
 * the same times, so that runs can be compared.
 */
export function randomArrivals(perSecond: number, random: () => number = seededRandom()): Arrivals {
  let timeMs = 0;
  return arrivalsFrom((index) => {
    if (index > 0) timeMs += (-Math.log(1 - random()) * 1000) / perSecond;
    return timeMs;
  });
}

/** Recorded times, `speed` times as fast. */
export function traceArrivals(timesMs: Float64Array, speed: number): Arrivals {
  return arrivalsFrom((index) => {
    const timeMs = timesMs[index];
    return timeMs === undefined ? undefined : timeMs / speed;
  });
}

/** Numbers from 0 up to 1: mulberry32, by Tommy Ettinger (public domain). */
function seededRandom(): () => number {
  let state = 0x6e617261;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

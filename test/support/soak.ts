import { vi } from 'vitest';

/**
 * Set up before every file of `npm run test:soak` (see `vitest.soak.config.ts`): each property runs `SOAK_TIMES` as
 * often as its test asks for, or 20 times as often. Seeds differ from run to run, as always; a failure prints the
 * one that repeats it.
 */
const TIMES = Number(process.env.SOAK_TIMES || 20);
if (!(TIMES >= 1)) throw new Error('SOAK_TIMES must be a number of at least 1.');

/** A property that has taken so long is content with the runs it had. */
const LONGEST_MS = 25_000;

type Assert = typeof import('fast-check').assert;

vi.mock('fast-check', async (load) => {
  const fc = await load<typeof import('fast-check')>();
  const usual = fc.readConfigureGlobal().numRuns ?? 100;
  const more = (runs = usual) => ({
    numRuns: Math.ceil(runs * TIMES),
    interruptAfterTimeLimit: LONGEST_MS,
    markInterruptAsFailure: false,
  });
  const assert = ((property: Parameters<Assert>[0], options: Parameters<Assert>[1]) =>
    fc.assert(property, { ...options, ...more(options?.numRuns) })) as Assert;
  return { ...fc, assert, default: { ...fc.default, assert } };
});

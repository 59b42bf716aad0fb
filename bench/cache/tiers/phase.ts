/** What one look costs: in memory, in Redis, in the embedded store. */
import { fixed, table, whole } from '../figures.js';
import type { Phase, Verdict } from '../phase.js';
import { type EmbeddedFigures, measureEmbedded } from './embedded.js';
import { type LookupFigures, measureLookups } from './lookups.js';
import {
  AT_ONCE,
  type LayerFigures,
  measureRedisReads,
  measureRoundTrips,
  VALUE_BYTES,
} from './redis-reads.js';

const MEMORY_TARGET_NS = 2_000;
const REDIS_TARGET = 200_000;

export const tiersPhase: Phase = async ({ quick }) => {
  const lookups = await measureLookups();
  const layers = await measureRedisReads(quick ? 50_000 : 200_000, quick ? 2 : 7);
  const roundTrips = await measureRoundTrips();
  const embedded = await measureEmbedded();
  return {
    title: 'What one look costs',
    details: [
      `In memory, one after another, 10,000 keys:`,
      lookupTable(lookups),
      `In Redis, ${AT_ONCE} at once, values of ${whole(VALUE_BYTES)} bytes; rounds take turns. The whole layer is one process on one core, the server another. CPU is of the reading process.`,
      layerTable(layers),
      `In the embedded store, answers of about 2 KB:`,
      embeddedTable(embedded),
    ],
    verdicts: [
      ...lookups.filter(({ what }) => what.includes('cache.')).map(memoryVerdict),
      {
        what: 'L2 get: round trips, memory off',
        target: '≤ 1',
        measured: fixed(roundTrips, 2),
        met: roundTrips <= 1,
      },
      ...layers.slice(2).map(redisVerdict),
    ],
  };
};

function memoryVerdict({ what, nanoseconds }: LookupFigures): Verdict {
  const met = nanoseconds <= MEMORY_TARGET_NS;
  return {
    what: `L1 get: ${what}`,
    target: '≤ 2 µs',
    measured: `${fixed(nanoseconds / 1_000, 2)} µs of CPU`,
    met,
  };
}

function redisVerdict({ layer, perSecond, cpuMicroseconds, empty }: LayerFigures): Verdict {
  return {
    what: `L2: ${AT_ONCE} gets at once, ${layer}`,
    target: `≥ ${whole(REDIS_TARGET)}/s`,
    measured: `${whole(perSecond.median)}/s (${whole(perSecond.least)}–${whole(perSecond.most)}); ${fixed(cpuMicroseconds, 2)} µs of CPU each, ${whole(1e6 / cpuMicroseconds)}/s of a core`,
    met: perSecond.median >= REDIS_TARGET && empty === 0,
  };
}

function lookupTable(lookups: readonly LookupFigures[]): string {
  const bare = lookups[0]?.nanoseconds ?? Number.NaN;
  return table(
    ['look', 'CPU ns', '× bare Map'],
    lookups.map(({ what, nanoseconds }) => [what, whole(nanoseconds), fixed(nanoseconds / bare, 1)]),
  );
}

function layerTable(layers: readonly LayerFigures[]): string {
  const bare = layers[0]?.cpuMicroseconds ?? Number.NaN;
  return table(
    ['layer', 'reads/s', 'least', 'most', 'CPU µs a read', '× bare client', 'without a value'],
    layers.map(({ layer, perSecond, cpuMicroseconds, empty }) => [
      layer,
      ...[whole(perSecond.median), whole(perSecond.least), whole(perSecond.most)],
      ...[fixed(cpuMicroseconds, 2), fixed(cpuMicroseconds / bare, 2), whole(empty)],
    ]),
  );
}

function embeddedTable({ writesPerSecond, longestTurnMs, readMicroseconds }: EmbeddedFigures): string {
  return table(
    ['', 'figure'],
    [
      ['read through the cache, p50', `${whole(readMicroseconds.p50)} µs`],
      ['read through the cache, p99', `${whole(readMicroseconds.p99)} µs`],
      ['written a second', whole(writesPerSecond)],
      ['longest hold-up of the event loop', `${fixed(longestTurnMs, 1)} ms`],
    ],
  );
}

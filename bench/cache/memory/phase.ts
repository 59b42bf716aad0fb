/** Whether memory stays within its limit, however many keys come. */
import { fixed, table, whole } from '../figures.js';
import type { Phase } from '../phase.js';
import { measureMemory } from './memory.js';

const TARGET_RATIO = 1.1;
const KEYS = 1_000_000;
const QUICK_KEYS = 200_000;

export const memoryPhase: Phase = async ({ quick }) => {
  const keys = quick ? QUICK_KEYS : KEYS;
  const figures = await measureMemory(keys);
  return {
    title: 'Memory under a million distinct keys',
    details: [
      `${whole(keys)} distinct keys go into a cache of 64 MiB. Held is the greatest growth of heap and buffers, after a collection; counted is what the cache believed to hold.`,
      table(
        ['values', 'entries held', 'held ÷ limit', 'counted ÷ limit'],
        figures.map(({ what, entries, ratio, counted }) => [
          what,
          whole(entries),
          fixed(ratio, 2),
          fixed(counted, 2),
        ]),
      ),
    ],
    verdicts: figures.map(({ what, ratio }) => ({
      what: `Memory held, ${what}`,
      target: `≤ ${TARGET_RATIO} × its limit`,
      measured: `${fixed(ratio, 2)} ×`,
      met: ratio <= TARGET_RATIO,
    })),
  };
};

/** `npm run bench:cache-tiers`: what the tiers of the caches cost, and whether memory keeps its limit. */
import { measureEmbedded } from './embedded.js';
import { measureLookups } from './lookups.js';
import { measureMemory } from './memory.js';

const lookups = await measureLookups();
const bare = lookups[0]?.nanoseconds ?? 1;
console.log('| look | ns | × bare Map |\n| --- | ---: | ---: |');
for (const { what, nanoseconds } of lookups)
  console.log(`| ${what} | ${nanoseconds.toFixed(0)} | ${(nanoseconds / bare).toFixed(1)} |`);

console.log(
  '\n| a million keys of | entries held | held / limit | counted / limit |\n| --- | ---: | ---: | ---: |',
);
for (const { what, entries, ratio, counted } of await measureMemory())
  console.log(`| ${what} | ${entries} | ${ratio.toFixed(2)} | ${counted.toFixed(2)} |`);

const { writesPerSecond, longestTurnMs, readMicroseconds } = await measureEmbedded();
console.log('\n| embedded tier, answers of about 2 KB | |\n| --- | ---: |');
console.log(`| read through the cache, p50 | ${readMicroseconds.p50.toFixed(0)} µs |`);
console.log(`| read through the cache, p99 | ${readMicroseconds.p99.toFixed(0)} µs |`);
console.log(`| written a second | ${writesPerSecond.toFixed(0)} |`);
console.log(`| longest hold-up of the event loop | ${longestTurnMs.toFixed(1)} ms |`);

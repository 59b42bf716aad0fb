import { createCache } from 'narae';

const cache = createCache({ memoryLimitMb: 16 });
let runs = 0;

/** Stands for whatever is slow or costs money. */
async function describeUser(id) {
  runs++;
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { id, name: `사용자 ${id}` };
}

const describe = cache.cached(describeUser, {
  key: (id) => `user_${id}`,
  ttlMs: 60_000,
  onHit: ({ key, outcome }) => console.log(`${key}: ${outcome}`),
  onMiss: ({ key }) => console.log(`${key}: computed`),
});

await Promise.all([describe(1), describe(1), describe(2)]);
await describe(1);
console.log(`5 calls in all, ${runs} runs`, await describe(2));

console.log(`dropped ${await cache.invalidatePattern('user_*')} entries`);
await describe(1);
console.log(`now ${runs} runs`);

await cache.close();

import { expect, test } from 'vitest';
import { openCaches } from '../../cache/index.js';
import { NaraeError } from '../../core/index.js';
import type { NaraeEvent } from '../../observe/index.js';
import type { Embedder } from '../spec.js';
import { QueryEmbedder } from './query-embedder.js';

/** An embedder that a test answers for. */
class HeldEmbedder implements Embedder {
  readonly id = 'held-1';
  readonly dimensions = 1;
  readonly fusionWeight = 0.5;
  readonly batchSize = 64;
  readonly calls: { readonly texts: readonly string[]; readonly signal: AbortSignal }[] = [];
  failure: Error | undefined;
  holds = false;
  isDeaf = false;

  async embed(texts: readonly string[], _: unknown, signal: AbortSignal): Promise<Float32Array[]> {
    this.calls.push({ texts, signal });
    if (this.failure) throw this.failure;
    if (texts.includes('too long')) throw new NaraeError('embedder_unavailable', { status: 400 });
    if (this.isDeaf) await new Promise(() => {});
    if (this.holds)
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return texts.map((text) => new Float32Array([text.length]));
  }

  async close(): Promise<void> {}
}

class World {
  nowMs = 1_000_000;
  readonly embedder = new HeldEmbedder();
  readonly events: NaraeEvent[] = [];
  readonly clock = { now: () => this.nowMs, monotonicMs: () => this.nowMs };
  readonly queries = new QueryEmbedder({
    caches: openCaches({ memoryLimitBytes: 1_000_000 }, { clock: this.clock }),
    isShared: false,
    timeoutMs: 1_000,
    keepMs: 24 * 3_600_000,
    clock: this.clock,
    emit: (event) => this.events.push(event),
  });

  ask(tenant: string, ...texts: string[]): Promise<number[]> {
    return this.askWith(undefined, tenant, ...texts);
  }

  async askWith(signal: AbortSignal | undefined, tenant: string, ...texts: string[]): Promise<number[]> {
    const vectors = await this.queries.embed(this.embedder, tenant, texts, signal);
    return vectors.map(([first]) => first as number);
  }

  get texts(): (readonly string[])[] {
    return this.embedder.calls.map(({ texts }) => texts);
  }
}

test('questions of one moment travel in one call, each text once a tenant', async () => {
  const world = new World();
  const found = await Promise.all([
    world.ask('a', '휴가는', 'leave?', '휴가는'),
    world.ask('a', 'leave?'),
    world.ask('b', 'leave?'),
  ]);
  expect(found).toEqual([[3, 6, 3], [6], [6]]);
  expect(world.texts).toEqual([['휴가는', 'leave?', 'leave?']]);
  expect(await world.ask('a', 'new', 'leave?')).toEqual([3, 6]);
  expect(world.texts[1]).toEqual(['new']);
  expect(world.events).toMatchObject([{ texts: 3 }, { texts: 1 }]);
});

test('a call is cancelled when nobody waits for any of its texts, and that is no failure of the embedder', async () => {
  const world = new World();
  world.embedder.holds = true;
  const [one, other] = [new AbortController(), new AbortController()];
  const asked = [world.askWith(one.signal, 'a', 'x'), world.askWith(other.signal, 'a', 'y')];
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
  one.abort();
  await expect(asked[0]).rejects.toMatchObject({ code: 'aborted' });
  expect(world.embedder.calls[0]?.signal.aborted).toBe(false);
  other.abort();
  await expect(asked[1]).rejects.toMatchObject({ code: 'aborted' });
  expect(world.embedder.calls[0]?.signal.aborted).toBe(true);
  world.embedder.holds = false;
  expect(await world.ask('a', 'x')).toEqual([1]);
});

test('after a failure the embedder rests for ten seconds', async () => {
  const world = new World();
  world.embedder.failure = new Error('refused');
  const failure = { code: 'embedder_unavailable' };
  await expect(world.ask('a', 'x')).rejects.toMatchObject(failure);
  world.embedder.failure = undefined;
  await expect(world.ask('a', 'y')).rejects.toMatchObject(failure);
  await expect(world.ask('a', 'y')).rejects.toBeInstanceOf(NaraeError);
  expect(world.embedder.calls).toHaveLength(1);
  world.nowMs += 10_001;
  expect(await world.ask('a', 'x')).toEqual([1]);
});

test('a question that the embedder refuses fails alone, and the embedder goes on', async () => {
  const world = new World();
  const [refused, taken] = await Promise.allSettled([world.ask('a', 'too long'), world.ask('b', 'leave?')]);
  expect(refused).toMatchObject({
    status: 'rejected',
    reason: { code: 'embedder_unavailable', status: 400 },
  });
  expect(taken).toEqual({ status: 'fulfilled', value: [6] });
  expect(world.texts).toEqual([['too long', 'leave?'], ['too long'], ['leave?']]);
  await expect(world.ask('a', 'too long')).rejects.toMatchObject({ status: 400 });
  expect(await world.ask('a', 'next')).toEqual([4]);
});

test('an embedder that does not listen holds nobody up past the deadline', async () => {
  const world = new World();
  world.embedder.isDeaf = true;
  const reason = expect.stringContaining('no answer in 1000 ms');
  await expect(world.ask('a', 'x')).rejects.toMatchObject({ code: 'embedder_unavailable', message: reason });
});

import { expect, test } from 'vitest';
import { settle } from '../../test/support/virtual-time.js';
import { NaraeError } from '../core/index.js';
import { WorkerLife, type WorkerServer } from './life.js';

/** A worker whose server looks at its index with `overview`; what the primary is told, by name. */
async function lead(overview: () => Promise<string>) {
  const told: Record<string, unknown> = {};
  let order: (message: unknown) => void = () => {};
  const server = { overview, lead: async () => undefined } as WorkerServer<string>;
  new WorkerLife<string>(
    {
      send: (message) => {
        const { news, payload } = message as { news: string; payload: unknown };
        told[news] = payload;
      },
      onMessage: (receive) => (order = receive),
      onClose: () => {},
    },
    async () => server,
  );
  order({ news: 'start', payload: { worker: 0, indexed: false } });
  await settle();
  order({ news: 'lead', payload: undefined });
  await settle();
  return told;
}

test('tells what it serves once the folder is in', async () => {
  expect(await lead(async () => 'docs')).toMatchObject({ ready: 'docs', indexed: { overview: 'docs' } });
});

test('goes on, and says why, where the index cannot be looked at', async () => {
  const looks = ['docs'];
  const told = await lead(async () => {
    const seen = looks.pop();
    if (seen === undefined) throw new NaraeError('closing');
    return seen;
  });
  expect(told).toMatchObject({ ready: 'docs', indexed: { error: { code: 'closing' } } });
});

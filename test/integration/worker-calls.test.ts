import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WorkerClient } from '../../dist/core/index.js';

type Methods = { echo: { input: unknown; output: unknown } };

const ECHO = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ id, input }) => parentPort.postMessage({ id, ok: input }));
`;
let client: WorkerClient<Methods>;

beforeEach(() => {
  const script = new URL(`data:text/javascript,${encodeURIComponent(ECHO)}`);
  client = new WorkerClient(script, { name: 'echo' });
});
afterEach(() => client.terminate());

const refs = (): number => process.getActiveResourcesInfo().length;

it('forgets a call whose input cannot be copied, and serves the next', async () => {
  const { signal } = new AbortController();
  const before = refs();
  await expect(client.call('echo', () => '함수', { signal })).rejects.toThrow('could not be cloned');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(refs()).toBeLessThanOrEqual(before);
  expect(await client.call('echo', '안녕', { signal })).toBe('안녕');
});

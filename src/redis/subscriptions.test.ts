import { queryObjects } from 'node:v8';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '../../bench/support/free-port.js';
import { systemClock } from '../core/index.js';
import { Subscriptions } from './subscriptions.js';

const nobody = { hear: () => {}, onGap: () => {} };
let subscriptions: Subscriptions;

beforeEach(async () => {
  const address = { host: '127.0.0.1', port: await freePort(), tls: false, database: 0 };
  subscriptions = new Subscriptions({
    nextAddress: () => address,
    connectTimeoutMs: 50,
    confirmTimeoutMs: 1,
    clock: systemClock,
  });
});
afterEach(() => subscriptions.close());

it('keeps nothing of subscribers that came and went while there was no connection', async () => {
  const comeAndGo = async (name: string): Promise<void> => (await subscriptions.add(name, nobody))();
  await comeAndGo('first');
  const promises = (): number => queryObjects(Promise, { format: 'count' }) as unknown as number;
  const before = promises();
  for (let round = 0; round < 80; round++) await comeAndGo(`channel ${round}`);
  expect(promises() - before).toBeLessThan(80);
});

import { expect, test } from 'vitest';
import { newId } from '../../core/index.js';
import { Neighbours } from './neighbours.js';

const PLACE = { tenant: 't', thread: 'a' };

test('after its end a process asks nobody any more', async () => {
  const [here, there] = [new Neighbours(newId('node')), new Neighbours(newId('node'))];
  await there.listen({ cancel: () => {}, died: async () => {} });
  await here.close();
  const { signal } = new AbortController();
  await here.watch(there.node, PLACE, () => {}, signal);
  const replies = here.ask(there.node, { ask: 'watch', ...PLACE }, signal);
  expect(await replies.next()).toEqual({ done: true, value: 'unreachable' });
  await there.close();
});

import { MemorySaver } from '@langchain/langgraph-checkpoint';
import { expect, test } from 'vitest';
import { decodeWrites, encodeWrites } from './pending-writes.js';
import { RememberedValues } from './remembered.js';
import { Values } from './values.js';

test.each([
  [
    ['a', '__error__', 'b'],
    [
      ['__error__', -1],
      ['a', 0],
      ['b', 2],
    ],
  ],
  [
    ['constructor', '__proto__', 'toString'],
    [
      ['constructor', 0],
      ['__proto__', 1],
      ['toString', 2],
    ],
  ],
])('writes to %j keep their places, whatever the channel is called', async (channels, places) => {
  const values = new Values(new MemorySaver().serde, new RememberedValues(1_000));
  const writes = channels.map((channel): [string, unknown] => [channel, '값']);
  const { frame } = await encodeWrites('task', 'path', writes, values);
  expect(decodeWrites([frame]).map(({ channel, index }) => [channel, index])).toEqual(places);
});

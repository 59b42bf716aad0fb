import { AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { expect, test } from 'vitest';
import { toJson, toPlain } from './plain.js';
import { WholeMessages } from './whole-messages.js';

test('messages become dicts wherever they stand', () => {
  const state = { messages: [new HumanMessage({ content: '안녕', id: 'h' })], at: new Date(0), big: 7n };
  expect(toPlain({ node: state, none: undefined })).toEqual({
    node: {
      messages: [expect.objectContaining({ type: 'human', content: '안녕', id: 'h' })],
      at: '1970-01-01T00:00:00.000Z',
      big: '7',
    },
  });
  expect(toPlain(new HumanMessage('x'))).toMatchObject({ type: 'human', content: 'x' });
  expect(toJson(undefined)).toBe('null');
  expect(toPlain([new RangeError('no')])).toEqual([{ error: 'RangeError', message: 'no' }]);
});

test('pieces of a message are told as what there is of it, and once more when it is whole', () => {
  const whole = new WholeMessages();
  const told = ['안', '녕'].flatMap((content) =>
    whole.add([new AIMessageChunk({ content, id: 'a' }), { node: 'n' }]),
  );
  const end = whole.end({ messages: [new AIMessageChunk({ content: '안녕', id: 'a' })] });
  expect(told.map(({ event }) => event)).toEqual([
    'messages/metadata',
    'messages/partial',
    'messages/partial',
  ]);
  expect(toPlain(told.at(-1)?.data)).toMatchObject([{ content: '안녕' }]);
  expect(end).toMatchObject([{ event: 'messages/complete' }]);
  expect(whole.end({ messages: [new AIMessageChunk({ content: '안녕', id: 'a' })] })).toEqual([]);
});

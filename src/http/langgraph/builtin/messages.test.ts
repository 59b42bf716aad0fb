import { AIMessage, HumanMessage, RemoveMessage } from '@langchain/core/messages';
import { expect, test } from 'vitest';
import { messageJson } from './message-json.js';
import { readMessages } from './messages.js';

const asked = { kind: 'message', message: { role: 'user', content: '안녕' } };

test.each<[string, unknown]>([
  ['text', '안녕'],
  ['a pair', ['human', '안녕']],
  ['a dict with a type', { type: 'human', content: '안녕' }],
  ['a dict with a role', [{ role: 'user', content: '안녕' }]],
  ['a message of LangChain’s', JSON.parse(JSON.stringify([new HumanMessage('안녕')]))],
  ['a list of pairs', [['user', '안녕']]],
])('reads %s', (_, value) => {
  expect(readMessages(value, 'input.messages')).toMatchObject([asked]);
});

test('keeps tool calls and ids through reading and writing', () => {
  const call = { id: 'c1', name: 'weather', args: { city: '서울' }, type: 'tool_call' as const };
  const sent = JSON.parse(JSON.stringify([new AIMessage({ content: '', id: 'm', tool_calls: [call] })]));
  const [read] = readMessages(sent, 'values.messages');
  if (read?.kind !== 'message') throw new Error('no message');
  expect(messageJson({ id: read.id ?? '', message: read.message })).toMatchObject({
    type: 'ai',
    id: 'm',
    tool_calls: [call],
  });
});

test('reads removals', () => {
  const sent = JSON.parse(JSON.stringify([new RemoveMessage({ id: 'm' })]));
  expect(readMessages(sent, 'values.messages')).toEqual([{ kind: 'remove', id: 'm' }]);
});

test.each<[unknown, string]>([
  [[{ content: 'x' }], 'm[0].role'],
  [[{ type: 'robot', content: 'x' }], 'm[0].type'],
  [[{ type: 'constructor', content: 'x' }], 'm[0].type'],
  [[{ role: 'toString', content: 'x' }], 'm[0].role'],
  [['valueOf', 'x', ['constructor', 'x']], 'm[2]'],
  [[{ type: 'human', content: 5 }], 'm[0].content'],
  [['ok', 7], 'm[1]'],
  [[{ type: 'ai', content: '', tool_calls: 'x' }], 'm[0].tool_calls'],
  [[{ type: 'remove' }], 'm[0].id'],
])('names what does not fit in %j', (value, field) => {
  expect(() => readMessages(value, 'm')).toThrow(expect.objectContaining({ code: 'state_invalid', field }));
});

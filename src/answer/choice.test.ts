import { expect, test } from 'vitest';
import { ChoiceCollector } from './choice.js';

test('tool calls come in the order of their numbers, whatever numbers the upstream gives them', () => {
  const collector = new ChoiceCollector();
  const far = 4_294_967_000;
  for (const [index, argumentsDelta] of [
    [far, '{'],
    [3, '{}'],
    [far, '}'],
    [0, '[]'],
  ] as const)
    collector.add({ type: 'tool-call-delta', index, id: `c${index}`, argumentsDelta });
  const { toolCalls } = collector.choice('tool-calls');
  expect(toolCalls.map(({ id, arguments: text }) => `${id} ${text}`)).toEqual([
    'c0 []',
    'c3 {}',
    `c${far} {}`,
  ]);
});

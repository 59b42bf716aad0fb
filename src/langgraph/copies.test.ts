import { isDeepStrictEqual } from 'node:util';
import { AIMessage, AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { copyAgain, copyOf, isSameAsCopy } from './copies.js';

const plain = fc.jsonValue();

it('a copy is equal, shares no object, and is recognised', () => {
  fc.assert(
    fc.property(plain, (value) => {
      const { copy } = copyOf(value)!;
      expect(copy).toEqual(value);
      expect(isSameAsCopy(value, copy)).toBe(true);
      if (typeof value === 'object' && value !== null) expect(copyAgain(copy)).not.toBe(copy);
    }),
    { examples: [[JSON.parse('{"deep": {"__proto__": {"x": 1}}}')], [JSON.parse('{"__proto__": false}')]] },
  );
});

it('values that differ are told apart', () => {
  fc.assert(
    fc.property(plain, plain, (a, b) => {
      expect(isSameAsCopy(a, copyOf(b)!.copy)).toBe(isDeepStrictEqual(a, b));
    }),
    {
      examples: [
        [{ a: 1 }, { b: 1 }],
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
        [JSON.parse('{"__proto__": {}}'), {}],
        [0, -0],
      ],
    },
  );
  expect(isSameAsCopy({ a: undefined }, { b: undefined })).toBe(false);
  expect(isSameAsCopy({}, { b: undefined })).toBe(false);
});

it.each([
  new HumanMessage({ content: '질문', id: '1' }),
  new AIMessage({ content: 'answer', tool_calls: [{ name: 'f', args: { x: [1] }, id: 'c' }] }),
  new ToolMessage({ content: 'done', tool_call_id: 'c', artifact: { deep: { er: 1 } } }),
])('a message is copied as a message, and its copy serialises alike: %#', (message) => {
  const { copy } = copyOf(message)!;
  expect(HumanMessage.isInstance(copy)).toBe(HumanMessage.isInstance(message));
  expect(copy.getType()).toBe(message.getType());
  expect(JSON.stringify(copy)).toBe(JSON.stringify(message));
  expect(isSameAsCopy(message, copy)).toBe(true);
  message.additional_kwargs.note = '나중에';
  expect(isSameAsCopy(message, copy)).toBe(false);
});

it('what may hide state is not copied', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  for (const value of [new Date(0), new Map(), () => 1, new AIMessageChunk('x'), [new Set()], cycle])
    expect(copyOf(value)).toBeUndefined();
});

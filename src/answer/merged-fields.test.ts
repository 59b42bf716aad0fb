import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergedFields } from './merged-fields.js';

test('texts and lists follow each other, objects are merged, of all else the latest counts', () => {
  const pieces = [
    { audio: { id: 'au', data: 'QU', expires_at: 1 }, annotations: [1], n: null },
    { audio: { id: 'au', data: 'JD', expires_at: 2 }, annotations: [2], n: { a: 'b' } },
    { audio: { transcript: 'A' }, function_call: { name: 'f', arguments: '{' } },
    { audio: { transcript: 'BC' }, function_call: { name: 'f', arguments: '}' } },
  ];
  expect(pieces.reduce<object | undefined>(mergedFieldsOf, undefined)).toEqual({
    audio: { id: 'au', data: 'QUJD', expires_at: 2, transcript: 'ABC' },
    annotations: [1, 2],
    n: { a: 'b' },
    function_call: { name: 'f', arguments: '{}' },
  });
});

test('a field that would be a prototype is none', () => {
  const strange = JSON.parse('{"__proto__": {"a": 1}, "deep": {"__proto__": {"a": 1}}}');
  const merged = mergedFields({ deep: { b: 1 } }, strange) as { a?: unknown; deep: { a?: unknown } };
  expect([merged.a, merged.deep.a, merged.deep]).toEqual([undefined, undefined, { b: 1 }]);
});

test('nothing that was given is changed', () => {
  const fields = fc.dictionary(fc.constantFrom('a', 'b', 'type'), fc.jsonValue());
  fc.assert(
    fc.property(fields, fields, (so, next) => {
      const before = JSON.stringify([so, next]);
      mergedFields(so, next);
      expect(JSON.stringify([so, next])).toBe(before);
    }),
  );
});

function mergedFieldsOf(so: object | undefined, next: object): object {
  return mergedFields(so as Record<string, unknown> | undefined, next as Record<string, unknown>);
}

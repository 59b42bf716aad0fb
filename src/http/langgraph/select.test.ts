import { expect, test } from 'vitest';
import { selectFields } from './select.js';

const BODY = { thread_id: 't', values: { messages: [1], sources: [2] } };

test.each<[readonly string[] | undefined, unknown]>([
  [undefined, BODY],
  [[], BODY],
  [['thread_id'], { thread_id: 't' }],
  [['values.messages', 'values.sources'], { values: BODY.values }],
  [['values.none', 'none'], { values: {} }],
  [['constructor', 'toString.call', '__proto__', 'values.constructor'], { values: {} }],
])('selects %j', (fields, selected) => {
  expect(selectFields(BODY, fields)).toEqual(selected);
  expect(Object.keys(selectFields(BODY, fields))).toEqual(Object.keys(selected as object));
});

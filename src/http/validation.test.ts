import Type, { type TSchema } from 'typebox';
import { expect, test } from 'vitest';
import type { NaraeError } from '../core/index.js';
import { validatorCompiler } from './validation.js';

const schema = Type.Object(
  {
    mode: Type.Optional(Type.Union([Type.Literal('hybrid'), Type.Literal('keyword')])),
    messages: Type.Array(Type.Object({ role: Type.String() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);

function check(input: unknown, httpPart = 'body', using: TSchema = schema): NaraeError | { value: unknown } {
  const validate = validatorCompiler({ schema: using, httpPart, method: 'POST', url: '/' });
  const result = validate(input) as { error?: NaraeError; value?: unknown };
  return result.error ?? { value: result.value };
}

test.each([
  [{ messages: [], extra: 1 }, 'unknown_field', 'extra', 'extra'],
  [{ messages: [{ role: 'user', rolle: 1 }] }, 'unknown_field', 'messages[0].rolle', 'rolle'],
  [{}, 'invalid_request', 'messages', 'missing'],
  [{ messages: [{ role: 5 }] }, 'invalid_request', 'messages[0].role', 'must be string'],
  [{ messages: [], mode: 'fast' }, 'invalid_request', 'mode', '"hybrid", "keyword"'],
])('%j is refused as %s naming %s', (input, code, field, text) => {
  expect(check(input)).toMatchObject({ code, field, message: expect.stringContaining(text) });
});

test('text in a query string becomes a number, text in a body does not', () => {
  const limit = Type.Object({ limit: Type.Integer() });
  expect(check({ limit: '5' }, 'querystring', limit)).toEqual({ value: { limit: 5 } });
  expect(check({ limit: '5' }, 'body', limit)).toMatchObject({ field: 'limit' });
});

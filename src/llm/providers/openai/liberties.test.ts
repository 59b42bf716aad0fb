import { describe, expect, test } from 'vitest';
import type { LlmPart } from '../../spec.js';
import { OpenAiDecoder } from './decoder.js';

type Call = Extract<LlmPart, { type: 'tool-call-delta' }>;

function decode(choices: readonly object[], { asked = 1, chunk = {} } = {}) {
  const decoder = new OpenAiDecoder({ host: 'upstream' }, asked);
  const parts: LlmPart[] = [];
  for (const choice of choices)
    decoder.read({ event: '', data: JSON.stringify({ ...chunk, choices: [choice] }) }, parts);
  return { parts, decoder };
}

/** The calls that a client makes of them: by number, with texts that follow each other. */
function callsOf(lists: readonly (readonly object[])[]) {
  const { parts } = decode(lists.map((tool_calls) => ({ index: 0, delta: { tool_calls } })));
  const calls: { id?: string | undefined; name: string; text: string }[] = [];
  for (const part of parts as Call[]) {
    const so = calls[part.index] ?? { name: '', text: '' };
    calls[part.index] = {
      ...so,
      ...(part.id !== undefined && { id: (so.id ?? '') + part.id }),
      name: so.name + (part.name ?? ''),
      text: so.text + part.argumentsDelta,
    };
  }
  return calls;
}

const call = (fields: object, name?: string, text?: string) => ({
  ...fields,
  function: { ...(name !== undefined && { name }), ...(text !== undefined && { arguments: text }) },
});

const TWO = [
  { id: 'a', name: 'weather', text: '{"city":"서울"}' },
  { id: 'b', name: 'weather', text: '{"city":"부산"}' },
];

describe('tool calls', () => {
  test.each<[string, object[][], object[]]>([
    [
      'numbered as OpenAI does, mixed',
      [
        [call({ index: 0, id: 'a' }, 'weather', '')],
        [call({ index: 1, id: 'b' }, 'weather', '')],
        [call({ index: 0 }, undefined, '{"city":'), call({ index: 1 }, undefined, '{"city":')],
        [call({ index: 1 }, undefined, '"부산"}')],
        [call({ index: 0 }, undefined, '"서울"}')],
      ],
      TWO,
    ],
    [
      'that all have the number 0, each whole',
      [
        [call({ index: 0, id: 'a' }, 'weather', '{"city":"서울"}')],
        [call({ index: 0, id: 'b' }, 'weather', '{"city":"부산"}')],
      ],
      TWO,
    ],
    [
      'that all have the number 0, in pieces',
      [
        [call({ index: 0, id: 'a' }, 'weather', '{"city":')],
        [call({ index: 0 }, undefined, '"서울"}')],
        [call({ index: 0, id: 'b' }, 'weather', '{"city":')],
        [call({ index: 0, id: '' }, undefined, '"부산"}')],
      ],
      TWO,
    ],
    [
      'without numbers',
      [
        [call({ id: 'a' }, 'weather', '{"city":')],
        [call({}, undefined, '"서울"}')],
        [call({ id: 'b' }, 'weather', '{"city":')],
        [call({}, undefined, '"부산"}')],
      ],
      TWO,
    ],
    [
      'without numbers, in one list',
      [[call({ id: 'a' }, 'weather', '{"city":"서울"}'), call({ id: 'b' }, 'weather', '{"city":"부산"}')]],
      TWO,
    ],
    [
      'whose id and name come with every piece',
      [
        [call({ index: 0, id: 'a' }, 'weather', '{"city":')],
        [call({ index: 0, id: 'a' }, 'weather', '"서울"}')],
        [call({ index: 1, id: 'b' }, 'weather', '{"city":')],
        [call({ index: 1, id: 'b' }, 'weather', '"부산"}')],
      ],
      TWO,
    ],
    [
      'numbered from 1',
      [[call({ index: 1, id: 'a' }, 'now', '{}')], [call({ index: 2, id: 'b' }, 'now', '{}')]],
      [
        { id: 'a', name: 'now', text: '{}' },
        { id: 'b', name: 'now', text: '{}' },
      ],
    ],
    [
      'whose name comes in pieces',
      [
        [call({ index: 0, id: 'a' }, 'get_')],
        [call({ index: 0 }, 'weather')],
        [call({ index: 0 }, '', '{}')],
      ],
      [{ id: 'a', name: 'get_weather', text: '{}' }],
    ],
    [
      'with objects as arguments',
      [[{ index: 0, id: 'a', function: { name: 'now', arguments: { zone: 'KST' } } }]],
      [{ id: 'a', name: 'now', text: '{"zone":"KST"}' }],
    ],
  ])('%s', (_, lists, expected) => {
    expect(callsOf(lists)).toEqual(expected);
  });

  test('without ids are told apart by their names and their ends, and get ids', () => {
    const calls = callsOf([
      [call({ index: 0 }, 'weather', '{"city":"서울"}')],
      [call({ index: 0 }, 'weather', '{"city":')],
      [call({ index: 0 }, 'weather', '"부산"}')],
      [call({ index: 0, id: null }, 'now', '{}')],
    ]);
    expect(calls.map(({ name, text }) => `${name}${text}`)).toEqual([
      'weather{"city":"서울"}',
      'weather{"city":"부산"}',
      'now{}',
    ]);
    for (const { id } of calls) expect(id).toMatch(/^call_\w{20}$/);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(3);
  });

  test('of several answers do not meet', () => {
    const tool_calls = (id: string) => [call({ index: 0, id }, 'now', '{}')];
    const { parts } = decode(
      [
        { index: 0, delta: { tool_calls: tool_calls('a') } },
        { index: 1, delta: { tool_calls: tool_calls('b') } },
      ],
      { asked: 2 },
    );
    expect(parts).toMatchObject([
      { index: 0, id: 'a' },
      { index: 0, id: 'b', choice: 1 },
    ]);
  });

  test('keep what only their maker understands', () => {
    const signature = { google: { thought_signature: 'c2ln' } };
    const { parts } = decode([
      { delta: { tool_calls: [{ ...call({ index: 0, id: 'a' }, 'now', '{}'), extra_content: signature }] } },
      {
        delta: { tool_calls: [{ index: 1, id: 'b', type: 'custom', custom: { name: 'sql', input: 'SEL' } }] },
      },
      { delta: { tool_calls: [{ index: 1, custom: { input: 'ECT' } }] } },
    ]);
    expect(parts).toMatchObject([
      { index: 0, extra: { extra_content: signature } },
      { index: 1, id: 'b', extra: { type: 'custom', custom: { name: 'sql', input: 'SEL' } } },
      { index: 1, extra: { custom: { input: 'ECT' } } },
    ]);
  });
});

describe('the end', () => {
  test.each([
    ['length', 'length'],
    ['model_length', 'length'],
    ['max_tokens', 'length'],
    ['sensitive', 'content-filter'],
    ['eos_token', 'stop'],
  ])('of "%s" is %s', (reason, finish) => {
    expect(decode([{ delta: { content: 'a' }, finish_reason: reason }]).decoder.finish).toBe(finish);
  });

  test.each(['null', '', null])('is not here yet with %o', (reason) => {
    expect(decode([{ delta: { content: 'a' }, finish_reason: reason }]).decoder.finish).toBeUndefined();
  });

  test.each([
    'abort',
    'error',
    'insufficient_system_resource',
    'network_error',
  ])('of "%s" is none: the server gave up', (reason) => {
    expect(() => decode([{ delta: {}, finish_reason: reason }])).toThrow(reason);
  });

  test('comes as an error object that is no error field', () => {
    const data = JSON.stringify({ object: 'error', message: 'too long', type: 'BadRequestError', code: 400 });
    const decoder = new OpenAiDecoder({ host: 'upstream' });
    expect(() => decoder.read({ event: '', data }, [])).toThrow('status 400): too long');
  });
});

describe('what else a server says', () => {
  test('stands beside the text: thoughts in a list, a refusal, other kinds of content', () => {
    const { parts } = decode([
      { delta: { role: 'assistant', content: '', refusal: null, annotations: [], audio: null } },
      { delta: { content: [{ type: 'thinking', thinking: [{ type: 'text', text: '음' }] }] } },
      { delta: { content: [{ type: 'text', text: '네' }] } },
      { delta: { refusal: 'I cannot ' } },
      { delta: { refusal: 'say.' } },
      { delta: { audio: { id: 'x', data: 'QUJD' }, token_id: 7, prefix: false } },
    ]);
    expect(parts).toEqual([
      { type: 'reasoning-delta', text: '음' },
      { type: 'text-delta', text: '네' },
      { type: 'text-delta', text: 'I cannot ', refusal: true },
      { type: 'text-delta', text: 'say.', refusal: true },
      { type: 'message-fields', fields: { audio: { id: 'x', data: 'QUJD' } } },
    ]);
  });

  test('comes in whole characters, also where the server cuts them in two', () => {
    const decoder = new OpenAiDecoder({ host: 'upstream' });
    const batches = [
      { content: '웃음 \ud83d', reasoning_content: '\ud83d' },
      { content: '\ude00!' },
      { reasoning_content: '\ude00' },
    ].map((delta) => {
      const parts: LlmPart[] = [];
      decoder.read({ event: '', data: JSON.stringify({ choices: [{ delta }] }) }, parts);
      return parts;
    });
    expect(batches).toEqual([
      [{ type: 'text-delta', text: '웃음 ' }],
      [{ type: 'text-delta', text: '😀!' }],
      [{ type: 'reasoning-delta', text: '😀' }],
    ]);
  });

  test('of the answer as a whole is at hand in the end, the latest of each', () => {
    const chunk = { id: 'i', object: 'chat.completion.chunk', created: 1, model: 'm', obfuscation: 'xyz' };
    const { decoder, parts } = decode([{ delta: { content: 'a' } }, { delta: {}, finish_reason: 'stop' }], {
      chunk: { ...chunk, system_fingerprint: 'fp', citations: ['https://a.example'], timings: null },
    });
    expect(parts).toEqual([{ type: 'text-delta', text: 'a' }]);
    expect(decoder.answerFields).toEqual({ system_fingerprint: 'fp', citations: ['https://a.example'] });
  });

  test('of usage stays with it', () => {
    const details = { prompt_tokens_details: { cached_tokens: 3 }, cost: 0.01 };
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7, ...details };
    const { decoder } = decode([], {});
    decoder.read({ event: '', data: JSON.stringify({ choices: [], usage }) }, []);
    expect(decoder.usage).toEqual({ inputTokens: 5, outputTokens: 2, estimated: false, details });
  });

  test('beside a text that comes again and again is not taken for a part of the text', () => {
    const event = (content: string, more: object = {}) => ({
      event: '',
      data: JSON.stringify({ choices: [{ index: 0, delta: { content, ...more }, finish_reason: null }] }),
    });
    const decoder = new OpenAiDecoder({ host: 'upstream' });
    const parts: LlmPart[] = [];
    const cite = { annotations: [{ type: 'url_citation' }] };
    for (const one of [event('a', cite), event('b', cite), event('c'), event('d'), event('e', cite)])
      decoder.read(one, parts);
    expect(parts.filter(({ type }) => type === 'message-fields')).toHaveLength(3);
    expect(parts.flatMap((part) => (part.type === 'text-delta' ? [part.text] : [])).join('')).toBe('abcde');
  });
});

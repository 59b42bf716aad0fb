import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultLlmOptions } from '../../options.js';
import { createLlmRegistry, type LlmRegistry } from '../../registry.js';
import type { LlmPart, LlmRequest } from '../../spec.js';
import { anthropicBody } from './request.js';

function events(...bodies: { type: string }[]): string {
  return bodies.map((body) => `event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`).join('');
}

const START = {
  type: 'message_start',
  message: { usage: { input_tokens: 20, cache_read_input_tokens: 5, output_tokens: 1 } },
};
const STOP = [
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
];

function block(index: number, content: object, ...deltas: object[]): { type: string }[] {
  return [
    { type: 'content_block_start', index, content_block: content } as { type: string },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index } as { type: string },
  ];
}

const ANSWERS: Record<string, string> = {
  text: events(
    START,
    { type: 'ping' },
    ...block(0, { type: 'thinking', thinking: '' }, { type: 'thinking_delta', thinking: '음…' }),
    ...block(
      1,
      { type: 'text', text: '' },
      { type: 'text_delta', text: '서울' },
      { type: 'text_delta', text: '입니다' },
    ),
    ...STOP,
  ),
  tools: events(
    START,
    ...block(0, { type: 'text', text: 'Let me see.' }),
    ...block(
      1,
      { type: 'tool_use', id: 't1', name: 'weather', input: {} },
      { type: 'input_json_delta', partial_json: '{"city":' },
      { type: 'input_json_delta', partial_json: '"서울"}' },
    ),
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } } as {
      type: string;
    },
    { type: 'message_stop' },
  ),
  overloaded: events(START, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } as {
    type: string;
  }),
  signed: events(
    START,
    ...block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: '음' },
      { type: 'thinking_delta', thinking: '…' },
      { type: 'signature_delta', signature: 'c2ln' },
    ),
    ...block(1, { type: 'redacted_thinking', data: 'ZGF0YQ' }),
    ...block(
      2,
      { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} },
      { type: 'input_json_delta', partial_json: '{"query":"x"}' },
    ),
    ...block(
      3,
      { type: 'tool_use', id: 't1', name: 'now', input: {} },
      { type: 'input_json_delta', partial_json: '' },
    ),
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } } as {
      type: string;
    },
    { type: 'message_stop' },
  ),
  paused: events(START, ...block(0, { type: 'text', text: 'so far' }), {
    type: 'message_delta',
    delta: { stop_reason: 'pause_turn' },
    usage: { input_tokens: 3, output_tokens: 2 },
  } as { type: string }),
  broken: events(START, ...block(0, { type: 'text', text: 'half' })),
};

let server: Server;
let registry: LlmRegistry;
let seen: { headers: Record<string, unknown>; body: Record<string, unknown> };
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    seen = { headers: request.headers, body };
    if (body.model === 'status-529') {
      response.writeHead(529, { 'retry-after': '9' });
      response.end(
        JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
      );
    } else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(ANSWERS[body.model]);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
  const models = [{ name: 'claude', provider: 'anthropic', baseUrl, apiKey: 'sk-ant-key' } as const];
  registry = createLlmRegistry({ ...defaultLlmOptions, models });
});
afterAll(async () => {
  await registry.close();
  server.closeAllConnections();
  server.close();
});

function requestFor(model: string, extra: Partial<LlmRequest> = {}): LlmRequest {
  const messages = [{ role: 'user', content: '?' } as const];
  return { model, messages, question: '?', passages: [], retrieval: 'off', parameters: {}, ...extra };
}

async function ask(model: string): Promise<LlmPart[]> {
  const parts: LlmPart[] = [];
  const { provider } = registry.resolve('claude');
  const { signal } = new AbortController();
  for await (const batch of provider.stream(requestFor(model), { signal })) parts.push(...batch);
  return parts;
}

describe('the stream', () => {
  test('becomes reasoning, text, usage and finish', async () => {
    expect(await ask('text')).toEqual([
      { type: 'reasoning-delta', text: '음…' },
      { type: 'text-delta', text: '서울입니다' },
      {
        type: 'usage',
        usage: {
          inputTokens: 25,
          outputTokens: 9,
          estimated: false,
          details: { prompt_tokens_details: { cached_tokens: 5, cache_creation_tokens: 0 } },
        },
      },
      { type: 'finish', reason: 'stop' },
    ]);
    expect(seen.headers).toMatchObject({ 'x-api-key': 'sk-ant-key', 'anthropic-version': '2023-06-01' });
  });

  test('numbers tool calls among themselves', async () => {
    const calls = (await ask('tools')).filter((part) => part.type === 'tool-call-delta');
    expect(calls[0]).toMatchObject({ index: 0, id: 't1', name: 'weather' });
    expect(calls.map((call) => call.argumentsDelta).join('')).toBe('{"city":"서울"}');
  });

  test('gives out signed thoughts whole, and arguments even where a tool has none', async () => {
    expect((await ask('signed')).slice(0, -2)).toEqual([
      { type: 'reasoning-delta', text: '음…' },
      {
        type: 'message-fields',
        fields: { thinking_blocks: [{ type: 'thinking', thinking: '음…', signature: 'c2ln' }] },
      },
      {
        type: 'message-fields',
        fields: { thinking_blocks: [{ type: 'redacted_thinking', data: 'ZGF0YQ' }] },
      },
      { type: 'tool-call-delta', index: 0, id: 't1', name: 'now', argumentsDelta: '' },
      { type: 'tool-call-delta', index: 0, argumentsDelta: '{}' },
    ]);
  });

  test('of a turn that was put down is not complete, and what was cached stays counted', async () => {
    expect((await ask('paused')).slice(-2)).toMatchObject([
      { type: 'usage', usage: { inputTokens: 25, outputTokens: 2 } },
      { type: 'finish', reason: 'length' },
    ]);
  });

  test.each([
    ['overloaded', { code: 'overloaded', status: 503 }],
    ['status-529', { code: 'overloaded', retryAfterSeconds: 9 }],
    ['broken', { code: 'llm_stream_broken' }],
  ])('that is "%s" fails', async (model, error) => {
    await expect(ask(model)).rejects.toMatchObject(error);
  });
});

describe('the request', () => {
  test('splits off system prompts, joins turns, and maps tools and images', () => {
    const body = anthropicBody(
      requestFor('m', {
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
          },
          { role: 'user', content: '날씨?' },
          {
            role: 'assistant',
            content: null,
            toolCalls: [
              { id: 't1', type: 'function', function: { name: 'weather', arguments: '{"city":"서울"}' } },
            ],
          },
          { role: 'tool', toolCallId: 't1', content: '맑음' },
        ],
        parameters: {
          temperature: 0.1,
          stop: 'END',
          seed: 7,
          top_k: 3,
          tools: [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }],
          tool_choice: 'required',
          parallel_tool_calls: false,
        },
      }),
    );
    expect(body).toEqual({
      model: 'm',
      system: 'Be brief.',
      max_tokens: 4096,
      stream: true,
      temperature: 0.1,
      top_k: 3,
      stop_sequences: ['END'],
      tools: [{ name: 'weather', input_schema: { type: 'object' } }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            { type: 'text', text: '날씨?' },
          ],
        },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 't1', name: 'weather', input: { city: '서울' } }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: '맑음' }] },
      ],
    });
  });

  test('carries thoughts back before the call that they led to, without what a library added', () => {
    const thinking_blocks = [
      { type: 'thinking', thinking: '음…', signature: 'c2ln', index: 0, extra: true },
      { type: 'redacted_thinking', data: 'ZGF0YQ' },
      { type: 'thinking', thinking: 'not signed' },
    ];
    const call = { id: 't1', type: 'function', function: { name: 'now', arguments: '{}' } };
    const { messages, max_tokens } = anthropicBody(
      requestFor('m', {
        messages: [
          { role: 'user', content: '?' },
          { role: 'assistant', content: 'Let me see.', toolCalls: [call], extra: { thinking_blocks } },
          { role: 'tool', toolCallId: 't1', content: '12:00' },
        ],
        parameters: { thinking: { type: 'enabled', budget_tokens: 8_000 } },
      }),
    ) as { messages: { content: unknown }[]; max_tokens: number };
    expect(messages[1]?.content).toEqual([
      { type: 'thinking', thinking: '음…', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'ZGF0YQ' },
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_use', id: 't1', name: 'now', input: {} },
    ]);
    expect(max_tokens).toBeGreaterThan(8_000);
  });

  test('keeps marks of the cache, pictures in results of tools, files, and schemas of answers', () => {
    const cache_control = { type: 'ephemeral' };
    const schema = { type: 'object', properties: { n: { type: 'number' } } };
    const png = { type: 'image_url', image_url: { url: 'https://a.example/b.png', detail: 'low' } };
    const body = anthropicBody(
      requestFor('m', {
        messages: [
          { role: 'system', content: [{ type: 'text', text: 'Long.', cache_control }] },
          { role: 'user', content: [{ type: 'text', text: 'Look.', cache_control }] },
          {
            role: 'user',
            content: [
              { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
            ],
          },
          { role: 'developer', content: 'In the middle.' },
          { role: 'tool', toolCallId: 't1', content: [{ type: 'text', text: 'see' }, png] },
          { role: 'tool', toolCallId: 't2', content: [{ type: 'text', text: 'plain' }] },
        ],
        parameters: {
          tools: [{ type: 'function', cache_control, function: { name: 'look', strict: true } }],
          response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema } },
          output_config: { effort: 'low' },
        },
      }),
    );
    expect(body).toMatchObject({
      system: [
        { type: 'text', text: 'Long.', cache_control },
        { type: 'text', text: 'In the middle.' },
      ],
      tools: [{ name: 'look', input_schema: { type: 'object' }, cache_control }],
      output_config: { effort: 'low', format: { type: 'json_schema', schema } },
    });
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look.', cache_control },
          {
            type: 'document',
            source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
            title: 'a.pdf',
          },
          {
            type: 'tool_result',
            tool_use_id: 't1',
            content: [
              { type: 'text', text: 'see' },
              { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } },
            ],
          },
          { type: 'tool_result', tool_use_id: 't2', content: 'plain' },
        ],
      },
    ]);
  });

  test('chooses no tool where there is none to choose from', () => {
    const parameters = { tools: [], tool_choice: 'auto', parallel_tool_calls: false };
    const body = anthropicBody(requestFor('m', { parameters }));
    expect(body).not.toHaveProperty('tools');
    expect(body).not.toHaveProperty('tool_choice');
  });
});

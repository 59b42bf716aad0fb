import { afterEach, beforeEach, expect, test } from 'vitest';
import { FAKE_TEXT, type FakeUpstream, startFakeUpstream } from '../support/fake-upstream.js';
import { type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';

let upstreams: FakeUpstream[];
let server: RunningServer | undefined;

beforeEach(async () => {
  upstreams = [await startFakeUpstream(), await startFakeUpstream()];
});
afterEach(async () => {
  await server?.stop();
  for (const upstream of upstreams) await upstream.close();
});

async function serve(
  models: readonly object[],
  routing: object = {},
  more: { server?: object } = {},
): Promise<string> {
  const folder = await temporaryFolder();
  const config = { server: { shutdownTimeoutSeconds: 1, ...more.server }, llm: { models }, routing };
  server = await startNaraeServer({ folder, config });
  return server.url;
}

function chat(
  url: string,
  stream: boolean,
  signal?: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      stream,
      messages: [{ role: 'user', content: '나래가 뭐예요?' }],
      narae: { retrieval: false },
    }),
    ...(signal && { signal }),
  });
}

const endpoints = (...faults: string[]): object[] =>
  faults.map((upstreamModel, index) => ({
    name: `e${index}`,
    baseUrl: upstreams[index]?.baseUrl,
    upstreamModel,
  }));

test('a model on two servers answers while one fails, and the metrics say so', async () => {
  const model = { name: 'm', provider: 'openai', policy: 'round-robin', endpoints: endpoints('500', 'fine') };
  const url = await serve([model]);
  for (let i = 0; i < 12; i++) {
    const answer = await (await chat(url, i % 2 === 0)).text();
    if (i % 2 === 1) expect(JSON.parse(answer).choices[0].message.content).toBe(FAKE_TEXT);
    else expect(answer).toMatch(/"finish_reason":"stop"[\s\S]*data: \[DONE\]/);
  }
  expect(upstreams.map(({ seen }) => seen.length)).toEqual([5, 12]);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('narae_endpoint_state{gen_ai_request_model="m",endpoint="e0",state="open"} 1');
  expect(metrics).toMatch(/narae_generation_retries_total\{.*endpoint="e0",error_type="llm_failed"\} 5/);
});

test('with every server down the extractive provider answers, if it is a fallback', async () => {
  const models = [{ name: 'm', provider: 'openai', endpoints: endpoints('500', '401') }];
  const url = await serve(models, { fallback: ['extractive'] });
  const response = await chat(url, false);
  expect(response.status).toBe(200);
  const whole = (await response.json()) as {
    choices: { message: { content: string } }[];
    model: string;
    narae: object;
  };
  expect(whole.choices[0]?.message.content.length).toBeGreaterThan(10);
  expect(whole.model).toBe('m');
  const writer = { model: 'extractive', provider: 'extractive' };
  expect(whole.narae).toMatchObject(writer);
  const events = (await (await chat(url, true)).text()).split('\n\n').filter((event) => event !== '');
  expect(events.pop()).toBe('data: [DONE]');
  const last = JSON.parse(events.at(-1)?.slice(6) ?? '');
  expect(last).toMatchObject({ model: 'm', choices: [{ finish_reason: 'stop' }], narae: writer });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(
    /gen_ai_client_token_usage_count\{gen_ai_provider_name="extractive",gen_ai_request_model="m",gen_ai_response_model="extractive"/,
  );
});

test('the health of endpoints is shown to operators, and to nobody else', async () => {
  const models = [
    { name: 'm', provider: 'openai', policy: 'round-robin', endpoints: endpoints('500', 'fine') },
  ];
  const url = await serve(models, {}, { server: { apiKeys: ['key-of-the-team'] } });
  const headers = { authorization: 'Bearer key-of-the-team' };
  await chat(url, false, undefined, headers);
  expect((await fetch(`${url}/admin/endpoints`)).status).toBe(401);
  expect(await (await fetch(`${url}/admin/endpoints`, { headers })).json()).toEqual({
    models: [
      {
        model: 'm',
        endpoints: [
          {
            name: 'e0',
            state: 'closed',
            in_flight: 0,
            waiting: 0,
            limit: 10_000,
            calls: 1,
            failures: 1,
            last_failure: { code: 'llm_failed', at: expect.stringMatching(/^\d{4}-.*Z$/) },
          },
          {
            name: 'e1',
            state: 'closed',
            in_flight: 0,
            waiting: 0,
            limit: 10_000,
            calls: 1,
            failures: 0,
            first_token_ms: expect.any(Number),
          },
        ],
      },
    ],
    in_flight: 0,
    waiting: 0,
    limit: 10_000,
  });
  const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
  expect(metrics).toContain('narae_endpoint_in_flight{gen_ai_request_model="m",endpoint="e1"} 0');
});

test('a full house refuses with 503 and Retry-After, and a place is free once its client left', async () => {
  const models = [{ name: 'm', provider: 'openai', endpoints: endpoints('endless') }];
  const url = await serve(models, { maxInFlight: 1, maxWaiting: 0 });
  const client = new AbortController();
  const held = await chat(url, true, client.signal);
  const refused = await chat(url, true);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({ error: { code: 'overloaded' } });
  const disconnected = upstreams[0]?.nextDisconnect();
  client.abort();
  await held.text().catch(() => {});
  await disconnected;
  const next = new AbortController();
  await expect.poll(async () => (await chat(url, true, next.signal)).status).toBe(200);
  next.abort();
});

test('an early stop reaches the client as finish_reason and cancels the upstream', async () => {
  const models = [{ name: 'm', provider: 'openai', endpoints: endpoints('endless') }];
  const url = await serve(models, { stopAfterCharacters: 40 });
  const disconnected = upstreams[0]?.nextDisconnect();
  const answer = (await (await chat(url, false)).json()) as {
    choices: { message: { content: string }; finish_reason: string }[];
    usage: { completion_tokens: number };
  };
  await disconnected;
  expect(answer.choices[0]).toMatchObject({ finish_reason: 'length' });
  expect(answer.choices[0]?.message.content).toHaveLength(40);
  expect(answer.usage.completion_tokens).toBeGreaterThan(10);
});

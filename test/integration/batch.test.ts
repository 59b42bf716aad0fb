import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAKE_TEXT, type FakeUpstream, startFakeUpstream, wholeStream } from '../support/fake-upstream.js';
import { HANDBOOK, type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
type Json = any;

let upstream: FakeUpstream;
let server: RunningServer;
let dataDir: string;
/** Calls that the upstream has under way, the most of them at once, and how many those must be before it answers any. */
const load = { now: 0, most: 0, held: 1 };
const waiting: (() => void)[] = [];

beforeAll(async () => {
  upstream = await startFakeUpstream({
    slow: async (response) => {
      load.most = Math.max(load.most, ++load.now);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (load.most >= load.held) for (const answer of waiting.splice(0)) answer();
      });
      // One too many would come by now.
      await sleep(40);
      load.now--;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(wholeStream());
    },
  });
  dataDir = await temporaryFolder();
  const at = { provider: 'openai', baseUrl: upstream.baseUrl };
  const models = ['slow', 'hang', '400', 'any'].map((name) => ({ name, ...at }));
  server = await startNaraeServer({
    folder: HANDBOOK,
    dataDir,
    config: { llm: { models } },
    args: ['--answer-batch-max-questions', '30', '--llm-model', 'slow'],
  });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await upstream.close();
  await rm(dataDir, { recursive: true, force: true });
});

function post(body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

async function lines(response: Response): Promise<Json[]> {
  expect(response.status).toBe(200);
  const text = await response.text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const QUESTIONS = ['How long is parental leave?', 'VPN 인증서가 만료되면?', 'What does E-4012 mean?'];

describe('a list of questions', () => {
  test('comes back as lines of JSON, one for each, and a count at the end', async () => {
    const response = await post({ questions: QUESTIONS });
    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    const all = await lines(response);
    expect(all.pop()).toEqual({ status: 'complete', answered: 3, failed: 0 });
    for (const { index, question, answer } of all) {
      expect(question).toBe(QUESTIONS[index]);
      expect(answer.choices[0].message.content).toBe(FAKE_TEXT);
      expect(answer.narae.sources[0]).toMatchObject({ n: 1 });
    }
  });

  test('comes as events to who accepts them, while the answers are written', async () => {
    const response = await post({ questions: QUESTIONS }, { accept: 'text/event-stream' });
    const text = await response.text();
    const events = text.split('\n\n').filter((event) => event !== '');
    expect(events).toHaveLength(4);
    expect(JSON.parse(events.at(-1)?.replace('data: ', '') ?? '')).toMatchObject({ status: 'complete' });
  });

  test('comes in order as one body without stream', async () => {
    const response = await post({ questions: QUESTIONS, stream: false, model: 'extractive' });
    const { results, answered } = (await response.json()) as Json;
    expect(answered).toBe(3);
    expect(results.map(({ index }: Json) => index)).toEqual([0, 1, 2]);
    expect(results[0].answer.choices[0].message.content).toContain('14 months');
  });

  test('is worked off five at once', async () => {
    Object.assign(load, { most: 0, held: 5 });
    const all = await lines(await post({ questions: Array.from({ length: 20 }, (_, n) => `Leave ${n}?`) }));
    expect(all.filter(({ status }) => status === 'answered')).toHaveLength(20);
    expect(load.most).toBe(5);
  });

  test('goes as wide as asked for', async () => {
    Object.assign(load, { most: 0, held: 6 });
    const questions = Array.from({ length: 12 }, (_, n) => `How much leave after ${n} years?`);
    await lines(await post({ questions, concurrency: 12, pause_seconds: 0 }));
    expect(load.most).toBeGreaterThan(5);
    load.held = 1;
  });

  test('is searched for once: one embedding call for many questions', async () => {
    const embedded = async (): Promise<number> => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(
        /narae_embedding_duration_seconds_count\{[^}]*purpose="query"[^}]*\} (\d+)/.exec(text)?.[1],
      );
    };
    const before = await embedded();
    await lines(await post({ questions: Array.from({ length: 10 }, (_, n) => `About rule number ${n}`) }));
    expect((await embedded()) - before).toBe(1);
  });
});

describe('failures', () => {
  test('stay with their request and name their place', async () => {
    const all = await lines(
      await post({
        requests: [
          { messages: [{ role: 'user', content: 'How much leave?' }] },
          { messages: [{ role: 'user', content: ' ' }] },
          { messages: [{ role: 'user', content: 'x' }], model: 'nobody' },
          { messages: [{ role: 'user', content: 'x' }], model: '400' },
          { messages: [{ role: 'user', content: 'x' }], narae: { collection: 'nowhere' } },
        ],
        model: 'any',
      }),
    );
    expect(all.pop()).toEqual({ status: 'complete', answered: 1, failed: 4 });
    const failed = Object.fromEntries(
      all.filter(({ error }) => error).map((each) => [each.index, each.error]),
    );
    expect(failed).toMatchObject({
      1: { code: 'empty_question', param: 'requests[1].messages[0].content' },
      2: { code: 'model_not_found', param: 'requests[2].model' },
      3: { code: 'llm_rejected' },
      4: { code: 'collection_not_found' },
    });
    const [{ error }] = await lines(await post({ questions: [''] }));
    expect(error).toMatchObject({ code: 'empty_question', param: 'questions[0]' });
  });

  test.each([
    [{}, 'questions'],
    [{ questions: ['a'], requests: [{ messages: [{ role: 'user', content: 'a' }] }] }, 'questions'],
    [{ questions: Array(31).fill('a') }, 'questions'],
    [{ questions: ['a'], concurrency: 5000 }, 'concurrency'],
    [{ questions: ['a'], qestion: 1 }, 'qestion'],
    [{ questions: ['a'], parameters: { max_tokens: 'many' } }, 'parameters.max_tokens'],
    [{ requests: [{ messages: [{ role: 'wizard', content: 'a' }] }] }, 'requests[0].messages[0].role'],
  ])('of the whole request have their status: %j', async (body, param) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as Json).error.param).toBe(param);
  });

  test('a client that leaves cancels what is under way, and nothing more starts', async () => {
    const controller = new AbortController();
    const before = upstream.seen.length;
    const response = await post(
      { questions: Array.from({ length: 20 }, (_, n) => `How much leave in year ${n}?`), model: 'hang' },
      {},
      controller.signal,
    );
    while (upstream.seen.length < before + 5) await sleep(10);
    const gone = upstream.nextDisconnect();
    controller.abort();
    await gone;
    await response.text().catch(() => undefined);
    await sleep(300);
    expect(upstream.seen.length).toBe(before + 5);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';

const GRAPHS = fileURLToPath(new URL('../fixtures/graphs/support.mjs', import.meta.url));

let server: RunningServer;
let client: Client;
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder, 'leave.md'), '# Leave\n\nParental leave is 12 months long.\n');
  server = await serve();
  client = clientOf(server);
});
afterAll(() => server.stop());

function serve(dataDir?: string): Promise<RunningServer> {
  return startNaraeServer({
    folder,
    ...(dataDir !== undefined && { dataDir }),
    env: {
      NARAE_API_KEYS: 'a-key-for-the-sdk',
      NARAE_LANGGRAPH_GRAPHS: JSON.stringify({ support: `${GRAPHS}:graph`, none: './none.mjs:graph' }),
    },
  });
}

function clientOf({ url }: RunningServer): Client {
  return new Client({ apiUrl: url, apiKey: 'a-key-for-the-sdk', callerOptions: { maxRetries: 0 } });
}

test('narae serve answers LangGraph’s client, and its threads are conversations of the page', async () => {
  const { thread_id: thread } = await client.threads.create({ metadata: { who: 'me' } });
  const input = { messages: [{ type: 'human', content: 'How long is parental leave?' }] };
  const values = await client.runs.wait(thread, 'narae', { input });
  expect(values).toMatchObject({
    messages: [{ type: 'human' }, { type: 'ai', content: expect.stringContaining('12 months') }],
    sources: [{ source: 'leave.md' }],
  });
  const response = await fetch(`${server.url}/chat/threads/${thread}`, {
    headers: { authorization: 'Bearer a-key-for-the-sdk' },
  });
  expect(await response.json()).toMatchObject({
    thread: { metadata: { who: 'me', graph_id: 'narae' } },
    turns: [{ question: 'How long is parental leave?', status: 'complete' }],
  });
});

test('a question asked in our own dialect is joined, and seen, by LangGraph’s client', async () => {
  const response = await fetch(`${server.url}/chat/stream`, {
    method: 'POST',
    headers: { authorization: 'Bearer a-key-for-the-sdk', 'content-type': 'application/json' },
    body: JSON.stringify({ question: 'How long is parental leave?' }),
  });
  const start = JSON.parse(/^data: (.*)$/m.exec(await response.text())?.[1] ?? '{}');
  const { thread_id: thread, run_id: run } = start as { thread_id: string; run_id: string };
  const text: string[] = [];
  for await (const { event, data } of client.runs.joinStream(thread, run))
    if (event === 'messages') text.push((data as [{ content: string }])[0].content);
  const { values } = await client.threads.getState<{ messages: { content: string }[] }>(thread);
  expect(text.join('')).toBe(values.messages[1]?.content);
});

test('a graph of the configuration waits for a person through a restart of the server', async () => {
  const data = await temporaryFolder();
  const first = await serve(data);
  const { thread_id: thread } = await clientOf(first).threads.create();
  const input = { messages: [{ type: 'human', content: '환불해 주세요' }] };
  const waiting = await clientOf(first).runs.wait(thread, 'support', { input });
  expect(waiting).toMatchObject({ __interrupt__: [{ value: '환불할까요? 주문 17' }] });
  await first.stop();

  const second = await serve(data);
  const values = await clientOf(second).runs.wait(thread, 'support', { command: { resume: true } });
  expect(values).toMatchObject({ messages: [{}, { type: 'ai', content: '환불되었습니다.' }] });
  await second.stop();
});

test('a graph whose file is not there is named when it is asked for, and harms nothing else', async () => {
  const failed = client.runs.wait(null, 'none', { input: {} });
  await expect(failed).rejects.toThrow(/graph_unavailable/);
  await expect(failed).rejects.toThrow(/none\.mjs:graph/);
  expect((await client.assistants.search()).map(({ graph_id }) => graph_id)).toEqual([
    'narae',
    'support',
    'none',
  ]);
});

test('a conversation that is deleted in our own dialect takes the states of its graph with it', async () => {
  const { thread_id: thread } = await client.threads.create();
  const input = { messages: [{ type: 'human', content: '환불해 주세요' }] };
  await client.runs.wait(thread, 'support', { input });
  const ours = (path: string, init: RequestInit): Promise<Response> => {
    const headers = { authorization: 'Bearer a-key-for-the-sdk', 'content-type': 'application/json' };
    return fetch(`${server.url}/chat/threads${path}`, { ...init, headers });
  };
  expect((await ours(`/${thread}`, { method: 'DELETE', body: '{}' })).status).toBe(200);
  // Whoever takes the name again, with its graph, would see what was left behind.
  const again = JSON.stringify({ id: thread, metadata: { graph_id: 'support' } });
  expect((await ours('', { method: 'POST', body: again })).status).toBe(201);
  expect(await client.threads.getHistory(thread)).toEqual([]);
});

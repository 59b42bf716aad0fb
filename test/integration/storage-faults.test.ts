/** A data folder on a disk that is full or locked: one clear error, nothing lost, and work goes on once it is mended. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectOneClearLine, type Outcome, outcomeOf, startCommand } from '../support/command.js';
import { startNaraeServer } from '../support/narae.js';
import { SmallDisk, whyNoSmallDisk } from '../support/small-disk.js';
import { TempFolder } from '../support/temp-folder.js';

const obstacle = whyNoSmallDisk();

let disk: SmallDisk;
let folder: TempFolder;

function narae(...args: string[]): Promise<Outcome> {
  return outcomeOf(startCommand(folder.path, [...args, '--data', disk.at('data')]));
}

/** Paragraphs whose words differ, so that nothing compresses or repeats. */
function longText(megabytes: number): string {
  const sentence = (at: number): string => `Line ${at} tells of word${at % 977} and 단어${at % 331}.`;
  return Array.from({ length: megabytes * 25_000 }, (_, at) => sentence(at)).join(' ');
}

describe.skipIf(obstacle !== undefined)(`on a small disk${obstacle ? ` (skipped: ${obstacle})` : ''}`, () => {
  beforeEach(() => {
    disk = new SmallDisk(16);
    folder = new TempFolder({ 'leave.md': '# Leave\n\nEvery employee has 24 days of annual leave.\n' });
  });
  afterEach(() => {
    folder.remove();
    disk.remove();
  });

  test('a locked disk refuses to be written, and is read all the same', async () => {
    expect((await narae('ingest', folder.path)).code).toBe(0);
    folder.write('more.md', 'More to index.');
    disk.lock();
    const ingest = await narae('ingest', folder.path);
    expectOneClearLine(ingest, 'storage_read_only');
    expect(ingest.code).toBe(4);
    expect((await narae('ask', 'How many days of annual leave?')).stdout).toContain('24 days');
    const server = await startNaraeServer({ folder: folder.path, dataDir: disk.at('data') });
    await expect.poll(server.output).toContain('Still serving what is indexed');
    const answer = await ask(server.url, 'How many days of annual leave?');
    expect(answer).toContain('24 days');
    expect(await server.stop()).toBe(0);
  });

  test.each(['ingest', 'serve'])('a locked disk without an index is one clear error: %s', async (command) => {
    disk.lock();
    const outcome = await narae(command, folder.path);
    expectOneClearLine(outcome, 'storage_read_only');
    expect(outcome.code).toBe(4);
  });

  test('a folder that does not fit is one clear error; with more space the rest is done', async () => {
    expect((await narae('ingest', folder.path)).code).toBe(0);
    folder.write('long.txt', longText(1));
    disk.fill(2_000_000);
    const full = await narae('ingest', folder.path);
    expectOneClearLine(full, 'storage_full');
    expect(full.code).toBe(4);
    expect((await narae('ask', 'How many days of annual leave?')).stdout).toContain('24 days');
    disk.relieve();
    const after = await narae('ingest', folder.path);
    expect(after.stdout).toMatch(/documents +2 \(1 new, 1 unchanged\)/);
  });

  test('without a single byte left it still answers', async () => {
    expect((await narae('ingest', folder.path)).code).toBe(0);
    disk.fill(0);
    const { code, stdout } = await narae('ask', 'How many days of annual leave?');
    expect(stdout).toContain('24 days');
    expect(code).toBe(0);
  });

  test('an upload that does not fit is refused with 507 while answers go on', async () => {
    const server = await startNaraeServer({ folder: folder.path, dataDir: disk.at('data') });
    disk.fill(1_000_000);
    const refused = await upload(server.url, longText(1));
    expect(refused.status).toBe(507);
    expect(await refused.json()).toMatchObject({ error: { code: 'storage_full', type: 'server_error' } });
    expect(await ask(server.url, 'How many days of annual leave?')).toContain('24 days');
    disk.relieve();
    expect((await upload(server.url, longText(1))).status).toBe(201);
    expect(await server.stop()).toBe(0);
  });
});

async function ask(url: string, question: string): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: question }] }),
  });
  return response.text();
}

function upload(url: string, text: string): Promise<Response> {
  const form = new FormData();
  form.append('files', new Blob([text]), 'uploaded.txt');
  return fetch(`${url}/v1/collections/default/documents`, { method: 'POST', body: form });
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Conversations, openConversations, type RunEvent } from '../../dist/threads/index.js';
import { TempFolder } from '../support/temp-folder.js';

const CHILD = fileURLToPath(new URL('../support/endless-run-child.mjs', import.meta.url));
/** So long that whatever a test sees cannot be a lease that ran out, nor a renewal that looked. */
const LEASE_MS = 600_000;

let folder: TempFolder;
const open: { close(): Promise<void> }[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = new TempFolder();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(open.splice(0).map((one) => one.close()));
  folder.remove();
});

async function node(): Promise<Conversations<string>> {
  const codec = { bytesOf: (part: string) => part.length };
  const store = { kind: 'embedded' as const, dataDir: folder.path };
  const opened = await openConversations({ store, codec, runs: { leaseMs: LEASE_MS } });
  open.push(opened);
  return opened;
}

/** Another process that has a run on the thread; it has written two parts. */
async function elsewhere(thread: string): Promise<{ readonly child: ChildProcess; readonly run: string }> {
  const child = fork(CHILD, [folder.path, thread], { stdio: 'ignore' });
  children.push(child);
  const [run] = (await once(child, 'message')) as [string];
  return { child, run };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function answerOn({ runs, threads }: Conversations<string>, thread: string): Promise<string> {
  const { id } = await runs.create({
    tenant: 't',
    thread,
    execute: async ({ lease }) => {
      const turn = { messages: [{ role: 'user' as const, content: '다음' }] };
      await threads.append('t', thread, turn, { fence: lease.fence });
    },
  });
  return (await runs.wait('t', thread, id)).status;
}

it('frees the threads of a process that was killed before this one began', async () => {
  const { child, run } = await elsewhere('a');
  await kill(child);
  const here = await node();
  expect(await here.runs.get('t', 'a', run)).toMatchObject({
    status: 'error',
    error: { code: 'run_failed' },
  });
  expect(await answerOn(here, 'a')).toBe('success');
});

it('takes over from a process that is killed while a run waits for it', async () => {
  const here = await node();
  const { child, run } = await elsewhere('a');
  const waiting = answerOn(here, 'a');
  const ended = here.runs.wait('t', 'a', run);
  await kill(child);
  expect(await waiting).toBe('success');
  expect((await ended).status).toBe('error');
});

it('fails the reader of a run whose process is killed, after all that it wrote', async () => {
  const here = await node();
  const { child, run } = await elsewhere('a');
  const events: RunEvent<string>[] = [];
  const reading = (async () => {
    for await (const batch of here.runs.stream('t', 'a', run)) {
      events.push(...batch);
      if (events.length === 2) void kill(child);
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: 'run_failed' });
  expect(events).toEqual([
    { id: 1, part: '하나' },
    { id: 2, part: 'two' },
  ]);
});

it('cancels a run of another process at once, for a caller or for the last reader that leaves', async () => {
  const here = await node();
  const first = await elsewhere('a');
  await here.runs.cancel('t', 'a', first.run, { wait: true });
  expect((await here.runs.get('t', 'a', first.run)).status).toBe('interrupted');

  const second = await elsewhere('b');
  const read = () =>
    here.runs.stream('t', 'b', second.run, { onDisconnect: 'cancel' })[Symbol.asyncIterator]();
  const [stays, leaves] = [read(), read()];
  await Promise.all([stays.next(), leaves.next()]);
  await leaves.return?.();
  expect((await here.runs.get('t', 'b', second.run)).status).toBe('running');
  await stays.return?.();
  expect((await here.runs.wait('t', 'b', second.run)).status).toBe('interrupted');
});

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RedisServer } from '../../bench/support/redis-server.js';
import { openRedis } from '../../dist/redis/index.js';
import { type Conversations, openConversations } from '../../dist/threads/index.js';
import { PATIENT_REDIS } from '../support/patient-redis.js';
import { TempFolder } from '../support/temp-folder.js';

const CHILD = fileURLToPath(new URL('../support/run-writer-child.mjs', import.meta.url));
const ROUNDS = 15;
const LEASE_MS = 400;

/** What the child said before it died. */
interface Said {
  readonly thread: string;
  readonly run: string;
  /** Only of a question whose run has its place. */
  readonly asked?: string;
  /** Only of a turn that was stored. */
  readonly text?: string;
}

interface Place {
  readonly kind: 'embedded' | 'redis';
  readonly at: string;
  open(): Promise<Conversations<string>>;
  stop(): Promise<void>;
}

const codec = { bytesOf: (part: string) => part.length };
const runs = { leaseMs: LEASE_MS };

async function embedded(): Promise<Place> {
  const folder = new TempFolder();
  return {
    kind: 'embedded',
    at: folder.path,
    open: () => openConversations({ store: { kind: 'embedded', dataDir: folder.path }, codec, runs }),
    stop: async () => folder.remove(),
  };
}

async function redis(): Promise<Place> {
  const server = await RedisServer.start();
  const connection = openRedis({ url: server.url, ...PATIENT_REDIS });
  return {
    kind: 'redis',
    at: server.url,
    open: () => openConversations({ store: { kind: 'redis', redis: connection }, codec, runs }),
    stop: async () => {
      await connection.close();
      await server.stop();
    },
  };
}

describe.each([
  ['embedded', embedded],
  ['Redis', redis],
] as const)('conversations, %s', (_, start) => {
  it('survive kill -9 at any moment: turns and questions that were acknowledged are there, once, in order', async () => {
    const place = await start();
    const acknowledged: Said[] = [];
    const begun: Said[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      for (const said of await writeAndDie(place, round))
        (said.text === undefined ? begun : acknowledged).push(said);
    }
    expect(acknowledged.length).toBeGreaterThan(2 * ROUNDS);
    const conversations = await place.open();
    await expectEnded(conversations, begun, acknowledged);
    await expectAsked(conversations, begun);
    await expectTurns(conversations, acknowledged);
    await expectUsable(conversations, acknowledged);
    await conversations.close();
    await place.stop();
  });
});

/** Two processes answer on the same threads; each dies at a moment of its own, from its first turn to the midst of its work. */
async function writeAndDie(place: Place, round: number): Promise<readonly Said[]> {
  const said = ['a', 'b'].map((name, at) =>
    writeUntil(place, `${round}${name}`, 1 + (((round + at) * 7) % 31)),
  );
  return (await Promise.all(said)).flat();
}

/** Dies once it has said so much: counted, since on a busy machine no time is enough for anything. */
async function writeUntil({ kind, at }: Place, name: string, messages: number): Promise<readonly Said[]> {
  const child: ChildProcess = fork(CHILD, [kind, at, name], { stdio: 'ignore' });
  const said: Said[] = [];
  child.on('message', (message) => {
    said.push(message as Said);
    if (said.length === messages) child.kill('SIGKILL');
  });
  await once(child, 'exit');
  return said;
}

async function expectTurns({ threads }: Conversations<string>, acknowledged: readonly Said[]): Promise<void> {
  for (const thread of new Set(acknowledged.map((said) => said.thread))) {
    const state = await threads.load('t', thread, { lastTurns: 1_000 });
    expect(state.unreadable).toEqual([]);
    const stored: string[] = [];
    for (const [at, { messages }] of state.turns.entries()) {
      const [text = '', kind, turns] = String(messages[0]?.content).split(' ');
      stored.push(text);
      // Each saw all that was before it, what the dead left behind too: nothing was merged, lost or done twice.
      if (kind === 'after') expect(Number(turns)).toBe(at);
    }
    expect(new Set(stored).size).toBe(stored.length);
    for (const ours of byProcess(acknowledged.filter((said) => said.thread === thread)))
      expect(stored.filter((text) => ours.includes(text))).toEqual(ours);
  }
}

/** Every question that had its place is on its thread, with its turn or as its process left it behind. */
async function expectAsked({ threads }: Conversations<string>, begun: readonly Said[]): Promise<void> {
  let left = 0;
  for (const thread of new Set(begun.map((said) => said.thread))) {
    const asked = begun.flatMap((said) => (said.thread === thread && said.asked ? [said.asked] : []));
    const missing = async (): Promise<string[]> => {
      const { turns } = await threads.load('t', thread, { lastTurns: 1_000 });
      const found = turns.map(({ messages }) => String(messages[0]?.content).split(' '));
      left += found.filter(([, kind]) => kind === 'lost').length;
      const texts = new Set(found.map(([text]) => text));
      return asked.filter((text) => !texts.has(text));
    };
    await expect.poll(missing, { timeout: 20_000 }).toEqual([]);
  }
  expect(left).toBeGreaterThan(0);
}

/** What each process said was stored, in the order in which it said so. */
function byProcess(said: readonly Said[]): string[][] {
  const texts = said.map(({ text = '' }) => text);
  const names = new Set(texts.map((text) => text.split(':')[0]));
  return [...names].map((name) => texts.filter((text) => text.startsWith(`${name}:`)));
}

/** Every run that was accepted has ended: well where that was said, else as failed. */
async function expectEnded(
  conversations: Conversations<string>,
  begun: readonly Said[],
  acknowledged: readonly Said[],
): Promise<void> {
  const well = new Set(acknowledged.map(({ run }) => run));
  let dead = 0;
  for (const { thread, run } of begun) {
    const { status, error } = await conversations.runs.wait('t', thread, run);
    if (well.has(run)) expect(status).toBe('success');
    else if (status !== 'success') {
      dead++;
      // One whose process was held up for longer than its lease was told so before it died.
      expect({ status, code: error?.code }).toEqual({
        status: 'error',
        code: expect.stringMatching(/^(run_failed|thread_lease_lost)$/),
      });
    }
  }
  expect(dead).toBeGreaterThan(0);
}

async function expectUsable(
  { threads, runs }: Conversations<string>,
  acknowledged: readonly Said[],
): Promise<void> {
  for (const thread of new Set(acknowledged.map((said) => said.thread))) {
    const execute = async ({ lease }: { readonly lease: { readonly fence: number } }): Promise<void> => {
      const turn = { messages: [{ role: 'user' as const, content: '다시' }] };
      await threads.append('t', thread, turn, { fence: lease.fence });
    };
    const { id } = await runs.create({ tenant: 't', thread, execute });
    expect((await runs.wait('t', thread, id)).status).toBe('success');
    expect((await threads.load('t', thread)).turns.at(-1)?.messages[0]?.content).toBe('다시');
  }
}

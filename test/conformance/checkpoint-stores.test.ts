import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AIMessage, type BaseMessage, HumanMessage } from '@langchain/core/messages';
import { type Checkpoint, type CheckpointTuple, uuid6 } from '@langchain/langgraph-checkpoint';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckpointStore, NaraeSaver, openRedisCheckpoints } from '../../dist/langgraph/index.js';
import { CheckpointEngines } from '../support/checkpoint-engines.js';

const engines = new CheckpointEngines();
beforeAll(() => engines.start());
afterAll(() => engines.stop());

/** What LangGraph gives to `put`, step by step: a list that grows, and a value that is replaced. */
class Conversation {
  readonly saver: NaraeSaver;
  readonly thread: string;
  parent: string | undefined;
  messages: BaseMessage[] = [];
  step = 0;

  constructor(saver: NaraeSaver, thread = 'talk', parent?: string) {
    this.saver = saver;
    this.thread = thread;
    this.parent = parent;
  }

  /** Stores one superstep; gives the checkpoint's id. */
  async say(...texts: string[]): Promise<string> {
    const added = texts.map((text, at) => (at % 2 === 0 ? new HumanMessage(text) : new AIMessage(text)));
    this.messages = [...this.messages, ...added];
    const versions = { messages: ++this.step, step: this.step };
    const checkpoint: Checkpoint = {
      v: 4,
      id: uuid6(this.step),
      ts: new Date().toISOString(),
      channel_values: { messages: this.messages, step: this.step },
      channel_versions: versions,
      versions_seen: { agent: { messages: this.step - 1 } },
    };
    const metadata = { source: 'loop' as const, step: this.step, parents: {} };
    await this.saver.put(this.config(this.parent), checkpoint, metadata, versions);
    this.parent = checkpoint.id;
    return checkpoint.id;
  }

  config(id?: string) {
    return { configurable: { thread_id: this.thread, checkpoint_ns: '', ...(id && { checkpoint_id: id }) } };
  }

  load(id?: string, saver = this.saver): Promise<CheckpointTuple | undefined> {
    return saver.getTuple(this.config(id));
  }
}

function texts(tuple: CheckpointTuple | undefined): unknown[] {
  return (tuple?.checkpoint.channel_values.messages as BaseMessage[]).map(({ content }) => content);
}

async function listed(saver: NaraeSaver, thread = 'talk'): Promise<string[]> {
  const ids: string[] = [];
  for await (const { checkpoint } of saver.list({ configurable: { thread_id: thread } }))
    ids.push(checkpoint.id);
  return ids;
}

describe.each(['embedded', 'redis', 'cluster'] as const)('checkpoints on %s', (engine) => {
  const open = (options = {}): CheckpointStore => engines.open(engine, options);

  it('gives back every checkpoint of a long conversation, to a saver that has seen none of it', async () => {
    const place = engines.newPlace();
    const talk = new Conversation(new NaraeSaver({ store: open({ place }) }));
    const ids: string[] = [];
    for (let turn = 0; turn < 150; turn++)
      ids.push(await talk.say(`질문 ${turn} ${'나래'.repeat(200)}`, `answer ${turn}`));

    const fresh = new NaraeSaver({ store: open({ place }) });
    for (const turn of [0, 1, 31, 32, 33, 99, 149]) {
      const tuple = await talk.load(ids[turn], fresh);
      expect(tuple?.checkpoint.channel_values.messages).toEqual(talk.messages.slice(0, 2 * turn + 2));
      expect(tuple?.checkpoint.channel_values.step).toBe(turn + 1);
      expect(tuple?.parentConfig?.configurable?.checkpoint_id).toBe(ids[turn - 1]);
    }
    expect(await listed(fresh)).toEqual(ids.toReversed());
  });

  it('forks share what came before and nothing after', async () => {
    const saver = new NaraeSaver({ store: open() });
    const talk = new Conversation(saver);
    const first = await talk.say('하나', 'one');
    const left = await talk.say('왼쪽', 'left');
    const fork = new Conversation(saver, 'talk', first);
    fork.messages = talk.messages.slice(0, 2);
    fork.step = 1;
    const right = await fork.say('오른쪽', 'right');
    expect(texts(await talk.load(left))).toEqual(['하나', 'one', '왼쪽', 'left']);
    expect(texts(await talk.load(right))).toEqual(['하나', 'one', '오른쪽', 'right']);
  });

  it('a checkpoint that is written again leaves its children as they were', async () => {
    const place = engines.newPlace();
    const talk = new Conversation(new NaraeSaver({ store: open({ place }) }));
    const parent = await talk.say('before', '이전');
    const child = await talk.say('child', '자식');
    const [{ checkpoint, metadata }] = [(await talk.load(parent))!];
    const changed = { ...checkpoint, channel_values: { messages: [new HumanMessage('after')], step: 1 } };
    await talk.saver.put(
      talk.config(),
      changed,
      metadata!,
      changed.channel_versions as Record<string, number>,
    );
    const fresh = new NaraeSaver({ store: open({ place }) });
    expect(texts(await talk.load(parent, fresh))).toEqual(['after']);
    expect(texts(await talk.load(child, fresh))).toEqual(['before', '이전', 'child', '자식']);
  });

  it('what was loaded may be changed without changing what is stored', async () => {
    const talk = new Conversation(new NaraeSaver({ store: open() }));
    const id = await talk.say('원래', 'original');
    await talk.load(id);
    const tuple = await talk.load(id);
    const [message] = tuple!.checkpoint.channel_values.messages as BaseMessage[];
    message!.content = 'changed';
    expect(texts(await talk.load(id))).toEqual(['원래', 'original']);
    talk.messages = tuple!.checkpoint.channel_values.messages as BaseMessage[];
    const next = await talk.say();
    expect(texts(await talk.load(next))).toEqual(['changed', 'original']);
  });

  it('tenants do not see each other, with one store and the same names', async () => {
    const store = open();
    const [a, b] = ['a', 'b'].map((tenant) => new Conversation(new NaraeSaver({ store, tenant })));
    const id = await a!.say('비밀', 'secret');
    expect(await b!.load(id)).toBeUndefined();
    expect(await b!.load()).toBeUndefined();
    const all: unknown[] = [];
    for await (const tuple of b!.saver.list({})) all.push(tuple);
    expect(all).toEqual([]);
    await b!.saver.deleteThread('talk');
    expect(texts(await a!.load(id))).toEqual(['비밀', 'secret']);
  });

  it('a thread deleted under a running graph is stored anew, whole', async () => {
    const place = engines.newPlace();
    const talk = new Conversation(new NaraeSaver({ store: open({ place }) }));
    await talk.say('하나', 'one');
    await new NaraeSaver({ store: open({ place }) }).deleteThread('talk');
    const id = await talk.say('둘', 'two');
    const fresh = new NaraeSaver({ store: open({ place }) });
    expect(texts(await talk.load(id, fresh))).toEqual(['하나', 'one', '둘', 'two']);
    expect(await listed(fresh)).toEqual([id]);
  });

  it('many writers on one thread: every acknowledged checkpoint is there, as it was written', async () => {
    const place = engines.newPlace();
    const root = new Conversation(new NaraeSaver({ store: open({ place }) }));
    const start = await root.say('시작', 'start');
    const writers = Array.from({ length: 8 }, (_, writer) => {
      const talk = new Conversation(new NaraeSaver({ store: open({ place }) }), 'talk', start);
      talk.messages = [...root.messages];
      talk.step = 1;
      return { writer, talk, ids: [] as string[] };
    });
    await Promise.all(
      writers.map(async ({ writer, talk, ids }) => {
        for (let turn = 0; turn < 12; turn++) {
          ids.push(await talk.say(`${writer}:${turn}`));
          const write = [['messages', [new AIMessage(`${writer}:${turn}`)]]] as [string, unknown][];
          await talk.saver.putWrites(talk.config(talk.parent), write, `task-${writer}`);
        }
      }),
    );
    const fresh = new NaraeSaver({ store: open({ place }) });
    for (const { writer, talk, ids } of writers) {
      const tuple = await talk.load(ids.at(-1), fresh);
      const said = Array.from({ length: 12 }, (_, turn) => `${writer}:${turn}`);
      expect(texts(tuple)).toEqual(['시작', 'start', ...said]);
      expect(tuple?.pendingWrites).toMatchObject([
        [`task-${writer}`, 'messages', [{ content: said.at(-1) }]],
      ]);
    }
    expect((await listed(fresh)).length).toBe(1 + 8 * 12);
  });

  it('ids and names of any kind', async () => {
    const store = open();
    const saver = new NaraeSaver({ store, tenant: 'a:b{c}*' });
    const names = ['대화 {1}', 'a:b', 'x*y[z]', '..%2A'];
    for (const name of names) await new Conversation(saver, name).say(name);
    for (const name of names) expect(texts(await new Conversation(saver, name).load())).toEqual([name]);
    const all = new Set<string>();
    for await (const { config } of saver.list({})) all.add(config.configurable?.thread_id);
    expect(all).toEqual(new Set(names));
    for (const bad of ['', 'a\0b', '\ud800', 7, 'x'.repeat(2_000)])
      await expect(saver.getTuple({ configurable: { thread_id: bad } })).rejects.toMatchObject({
        code: 'invalid_request',
        field: 'configurable.thread_id',
      });
  });

  it('a thread that has run out of life is gone, whole, and can be begun again', async () => {
    const talk = new Conversation(new NaraeSaver({ store: open({ ttlMs: 30 }) }));
    await talk.say('곧', 'soon');
    await expect.poll(() => talk.load()).toBeUndefined();
    expect(await listed(talk.saver)).toEqual([]);
    const longer = new Conversation(new NaraeSaver({ store: open({ ttlMs: 60_000 }) }));
    await longer.say('다시', 'again');
    expect(texts(await longer.load())).toEqual(['다시', 'again']);
  });

  it('lists by page, namespace, metadata, and up to a checkpoint', async () => {
    const saver = new NaraeSaver({ store: open() });
    const talk = new Conversation(saver);
    const ids: string[] = [];
    for (let turn = 0; turn < 300; turn++) ids.push(await talk.say(`${turn}`));
    const steps = async (options: object) => {
      const found: unknown[] = [];
      for await (const { metadata } of saver.list(talk.config(), options)) found.push(metadata?.step);
      return found;
    };
    expect((await steps({})).length).toBe(300);
    expect(await steps({ limit: 2, before: talk.config(ids[100]) })).toEqual([100, 99]);
    expect(await steps({ filter: { step: 3 } })).toEqual([3]);
    expect(await steps({ limit: 0 })).toEqual([]);
  });
});

describe('a life grows with each write', () => {
  it('embedded', async () => {
    let now = 0;
    const clock = { now: () => now, monotonicMs: () => now };
    const talk = new Conversation(new NaraeSaver({ store: engines.open('embedded', { ttlMs: 100, clock }) }));
    await talk.say('하나');
    now = 90;
    await talk.say('둘');
    now = 180;
    expect(texts(await talk.load())).toEqual(['하나', '둘']);
    now = 190;
    expect(await talk.load()).toBeUndefined();
    await talk.say('셋');
    expect(texts(await talk.load())).toEqual(['하나', '둘', '셋']);
  });

  it('Redis: all keys of a thread end in the same millisecond', async () => {
    const place = engines.newPlace();
    const talk = new Conversation(new NaraeSaver({ store: engines.open('redis', { place, ttlMs: 60_000 }) }));
    const ends = async () => {
      const keys = ['r', 'c', 'i', 'w'].map((kind) => `${place}:cp:{default:talk}:${kind}`);
      const replies = keys.map((key) => engines.redis('redis').call(['PEXPIRETIME', key]));
      return new Set(await Promise.all(replies));
    };
    await talk.say('하나 '.repeat(200));
    await talk.saver.putWrites(talk.config(talk.parent), [['messages', 1]], 'task');
    const [first, ...others] = await ends();
    expect(others).toEqual([]);
    await sleep(5);
    await talk.say('둘');
    const later = await ends();
    expect(later.size).toBe(1);
    expect(Number([...later][0])).toBeGreaterThan(Number(first));
  });
});

describe('a record that cannot be read', () => {
  async function conversation() {
    const place = engines.newPlace();
    const talk = new Conversation(new NaraeSaver({ store: engines.open('embedded', { place }) }));
    const ids = [await talk.say('하나', 'one'), await talk.say('둘', 'two'), await talk.say('셋', 'three')];
    return { place, talk, ids };
  }

  function change(place: string, sql: string): void {
    const database = new Database(engines.path(place));
    database.exec(sql);
    database.close();
  }

  it.each([
    ['torn', `substr(frame, 1, length(frame) - 1)`, /checksum/],
    ['cut short', `substr(frame, 1, 4)`, /cut short/],
    ['newer', `x'02' || substr(frame, 2)`, /format 2, this version knows 1/],
  ])('%s: names itself; what was before it stays readable', async (_, frame, reason) => {
    const { place, talk, ids } = await conversation();
    change(
      place,
      `UPDATE checkpoint_records SET frame = CAST(${frame} AS BLOB) WHERE stamp = (SELECT MAX(stamp) - 1 FROM checkpoint_records)`,
    );
    const fresh = new NaraeSaver({ store: engines.open('embedded', { place }) });
    const failure = { code: 'thread_record_unreadable', message: expect.stringMatching(reason) };
    await expect(talk.load(ids[1], fresh)).rejects.toMatchObject(failure);
    await expect(talk.load(ids[1], fresh)).rejects.toThrow(`Record ${ids[1]} of thread "talk"`);
    await expect(talk.load(ids[2], fresh)).rejects.toMatchObject(failure);
    expect(texts(await talk.load(ids[0], fresh))).toEqual(['하나', 'one']);
    const found: string[] = [];
    const list = async () => {
      for await (const { checkpoint } of fresh.list(talk.config())) found.push(checkpoint.id);
    };
    await expect(list()).rejects.toMatchObject(failure);
    expect(found).toEqual([ids[0]]);
  });

  it('a lost content: the checkpoints without it stay readable', async () => {
    const { place, talk, ids } = await conversation();
    change(place, 'DELETE FROM checkpoint_contents WHERE row = (SELECT MAX(row) FROM checkpoint_contents)');
    const fresh = new NaraeSaver({ store: engines.open('embedded', { place }) });
    await expect(talk.load(ids[2], fresh)).rejects.toMatchObject({ code: 'thread_record_unreadable' });
    expect(texts(await talk.load(ids[1], fresh))).toEqual(['하나', 'one', '둘', 'two']);
  });

  it('a database of a newer version, or none at all, is refused when it is opened', async () => {
    const { place } = await conversation();
    change(place, 'UPDATE narae_formats SET format = 9');
    expect(() => engines.open('embedded', { place })).toThrow(
      expect.objectContaining({ code: 'storage_newer' }),
    );
    const broken = engines.newPlace();
    writeFileSync(engines.path(broken), readFileSync(import.meta.filename));
    expect(() => engines.open('embedded', { place: broken })).toThrow(
      expect.objectContaining({ code: 'storage_damaged' }),
    );
  });
});

describe('round trips', () => {
  it('Redis: one command a load and one a put', async () => {
    const calls: string[] = [];
    const redis = engines.redis('redis');
    const counted = new Proxy(redis, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]) => {
          calls.push(String(name));
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
    const store = openRedisCheckpoints({ redis: counted, keyPrefix: 'counted:' });
    const talk = new Conversation(new NaraeSaver({ store }));
    for (let turn = 0; turn < 40; turn++) await talk.say(`${turn}`, '답'.repeat(500));
    expect(calls).toEqual(Array(40).fill('run'));
    calls.length = 0;
    await talk.load();
    await talk.load(undefined, new NaraeSaver({ store }));
    await talk.saver.putWrites(talk.config(talk.parent), [['messages', '쓰기'.repeat(500)]], 'task');
    await talk.load();
    expect(calls).toEqual(Array(4).fill('run'));
  });
});

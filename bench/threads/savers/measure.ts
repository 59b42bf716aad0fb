import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { RedisServer } from '../../support/redis-server.js';
import { countCommands } from '../count-commands.js';
import type { Contender, Opened } from './contenders.js';
import type { Writer } from './prose.js';

const QUESTION_BYTES = 400;
const ANSWER_BYTES = 1_648;
const SHORT = 10;
const LONG = 200;
/** Conversations of ten turns; what a store takes once is shared by them. */
const THREADS = 20;
/** Of the quick run. */
const FEW_THREADS = 3;
/** Savers that have seen nothing; the first warms the code up. */
const COLD_LOADS = 6;
/** Supersteps and loads of so many turns make one figure. */
const WINDOW = 40;

/** Milliseconds of calls, one after the other. */
export interface Calls {
  readonly wallMs: number[];
  /** Of this process: what a busy machine does not change. */
  readonly cpuMs: number[];
}

export interface Times {
  readonly put: Calls;
  readonly load: Calls;
  readonly turn: Calls;
}

export type Outcome =
  | {
      readonly kind: 'measured';
      readonly ratioShort: number;
      readonly ratioLong: number;
      readonly short: Times;
      readonly long: Times;
      /** The 200 turns read by savers that have seen nothing. */
      readonly cold: Calls | undefined;
      readonly commands: number | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: string };

export async function measure(contender: Contender, redis: RedisServer, quick: boolean): Promise<Outcome> {
  const whileOpen = async <Result>(body: (opened: Opened) => Promise<Result>): Promise<Result> => {
    const opened = await contender.open(redis);
    try {
      return await body(opened);
    } finally {
      await opened.close();
    }
  };
  try {
    const short = await whileOpen((opened) =>
      measureShort(contender, opened, redis, quick ? FEW_THREADS : THREADS),
    );
    const long = await whileOpen((opened) => measureLong(contender, opened));
    return { kind: 'measured', ...short, ...long };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
    return { kind: 'failed', reason: reason.split('\n')[0]!.slice(0, 200) };
  }
}

async function measureShort(contender: Contender, opened: Opened, redis: RedisServer, threads: number) {
  const log = emptyTimes();
  let said = 0;
  for (let thread = 0; thread < threads; thread++) {
    const talk = new Talk(opened.saver, contender.text(), `t${thread}`, log);
    await talk.say(SHORT);
    said += talk.said;
  }
  const ratioShort = (await opened.storedBytes()) / said;
  const commands = contender.isOnRedis ? await commandsATurn(contender, opened, redis) : undefined;
  // The last conversations, once the code is warm.
  return { ratioShort, commands, short: lastOf(log, threads * SHORT, Math.min(threads, 5) * SHORT) };
}

async function measureLong(contender: Contender, opened: Opened) {
  const log = emptyTimes();
  const talk = new Talk(opened.saver, contender.text(), 'long', log);
  await talk.say(LONG);
  const ratioLong = (await opened.storedBytes()) / talk.said;
  return { ratioLong, long: lastOf(log, LONG, WINDOW), cold: await measureCold(opened) };
}

async function measureCold({ fresh }: Opened): Promise<Calls | undefined> {
  if (fresh === undefined) return undefined;
  const calls = emptyCalls();
  for (let load = 0; load < COLD_LOADS; load++)
    await timed(calls, () => fresh().getTuple({ configurable: { thread_id: 'long', checkpoint_ns: '' } }));
  return { wallMs: calls.wallMs.slice(1), cpuMs: calls.cpuMs.slice(1) };
}

async function commandsATurn(contender: Contender, { saver }: Opened, redis: RedisServer): Promise<number> {
  const talk = new Talk(saver, contender.text(), 'counted', emptyTimes());
  await talk.say(1);
  return (await countCommands(redis, () => talk.say(SHORT))) / SHORT;
}

/** One conversation on a graph of three nodes: five checkpoints a turn. */
class Talk {
  said = 0;
  readonly #graph;
  readonly #text: Writer;
  readonly #thread: string;
  readonly #log: Times;

  constructor(saver: BaseCheckpointSaver, text: Writer, thread: string, log: Times) {
    this.#text = text;
    this.#thread = thread;
    this.#log = log;
    this.#graph = new StateGraph(MessagesAnnotation)
      .addNode('prepare', () => ({}))
      .addNode('retrieve', () => ({}))
      .addNode('generate', () => ({ messages: [new AIMessage(this.#write(ANSWER_BYTES))] }))
      .addEdge(START, 'prepare')
      .addEdge('prepare', 'retrieve')
      .addEdge('retrieve', 'generate')
      .compile({ checkpointer: logged(saver, log) });
  }

  async say(turns: number): Promise<void> {
    const config = { configurable: { thread_id: this.#thread } };
    for (let turn = 0; turn < turns; turn++) {
      const messages = [new HumanMessage(this.#write(QUESTION_BYTES))];
      await timed(this.#log.turn, () => this.#graph.invoke({ messages }, config));
    }
  }

  #write(bytes: number): string {
    const text = this.#text(bytes);
    this.said += Buffer.byteLength(text);
    return text;
  }
}

/** The saver, its calls logged. */
function logged(saver: BaseCheckpointSaver, log: Times): BaseCheckpointSaver {
  return new Proxy(saver, {
    get: (target, name) => {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      const calls = name === 'put' ? log.put : name === 'getTuple' ? log.load : undefined;
      if (calls === undefined) return member.bind(target) as unknown;
      return (...args: readonly unknown[]) =>
        timed(calls, () => Reflect.apply(member, target, args) as Promise<unknown>);
    },
  });
}

async function timed<Result>(calls: Calls, call: () => Promise<Result>): Promise<Result> {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = await call();
  calls.wallMs.push(performance.now() - start);
  const { user, system } = process.cpuUsage(before);
  calls.cpuMs.push((user + system) / 1_000);
  return result;
}

/** Of the last turns. */
function lastOf({ put, load, turn }: Times, allTurns: number, turns: number): Times {
  const last = (all: readonly number[]): number[] => all.slice(-Math.floor((all.length / allTurns) * turns));
  const of = (calls: Calls): Calls => ({ wallMs: last(calls.wallMs), cpuMs: last(calls.cpuMs) });
  return { put: of(put), load: of(load), turn: of(turn) };
}

function emptyTimes(): Times {
  return { put: emptyCalls(), load: emptyCalls(), turn: emptyCalls() };
}

function emptyCalls(): Calls {
  return { wallMs: [], cpuMs: [] };
}

import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { Contender, Opened } from './contenders.js';
import type { Writer } from './prose.js';
import type { RedisServer } from './redis-server.js';

const QUESTION_BYTES = 400;
const ANSWER_BYTES = 1_648;
const SHORT = 10;
const LONG = 200;
/** Conversations of ten turns; what a store takes once is shared by them. */
const THREADS = 20;
/** Supersteps and loads of so many turns make one figure. */
const WINDOW = 40;

export interface Spread {
  readonly p50: number;
  readonly p95: number;
}

export interface Times {
  readonly put: Spread;
  readonly load: Spread;
  readonly turn: Spread;
}

export type Outcome =
  | {
      readonly kind: 'measured';
      readonly ratioShort: number;
      readonly ratioLong: number;
      readonly short: Times;
      readonly long: Times;
      /** The 200 turns read by a saver that has seen nothing. */
      readonly coldLoadMs: number | undefined;
      readonly commands: number | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Times of one call after the other, in ms. */
interface Log {
  put: number[];
  load: number[];
  turn: number[];
}

export async function measure(contender: Contender, redis: RedisServer): Promise<Outcome> {
  const whileOpen = async <Result>(body: (opened: Opened) => Promise<Result>): Promise<Result> => {
    const opened = await contender.open(redis);
    try {
      return await body(opened);
    } finally {
      await opened.close();
    }
  };
  try {
    const short = await whileOpen((opened) => measureShort(contender, opened, redis));
    const long = await whileOpen((opened) => measureLong(contender, opened));
    return { kind: 'measured', ...short, ...long };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
    return { kind: 'failed', reason: reason.split('\n')[0]!.slice(0, 200) };
  }
}

async function measureShort(contender: Contender, opened: Opened, redis: RedisServer) {
  const log = emptyLog();
  let said = 0;
  for (let thread = 0; thread < THREADS; thread++) {
    const talk = new Talk(opened.saver, contender.text(), `t${thread}`, log);
    await talk.say(SHORT);
    said += talk.said;
  }
  const ratioShort = (await opened.storedBytes()) / said;
  const commands = contender.isOnRedis ? await commandsATurn(contender, opened, redis) : undefined;
  // The last conversations, once the code is warm.
  return { ratioShort, commands, short: timesOf(log, THREADS * SHORT, 5 * SHORT) };
}

async function measureLong(contender: Contender, opened: Opened) {
  const log = emptyLog();
  const talk = new Talk(opened.saver, contender.text(), 'long', log);
  await talk.say(LONG);
  const ratioLong = (await opened.storedBytes()) / talk.said;
  const times = timesOf(log, LONG, WINDOW);
  const fresh = opened.fresh?.();
  const start = performance.now();
  await fresh?.getTuple({ configurable: { thread_id: 'long', checkpoint_ns: '' } });
  const coldLoadMs = fresh && performance.now() - start;
  return { ratioLong, long: times, coldLoadMs };
}

async function commandsATurn(contender: Contender, { saver }: Opened, redis: RedisServer): Promise<number> {
  const talk = new Talk(saver, contender.text(), 'counted', emptyLog());
  await talk.say(1);
  return (await redis.count(() => talk.say(SHORT))) / SHORT;
}

/** One conversation on a graph of three nodes: five checkpoints a turn. */
class Talk {
  said = 0;
  readonly #graph;
  readonly #text: Writer;
  readonly #thread: string;
  readonly #log: Log;

  constructor(saver: BaseCheckpointSaver, text: Writer, thread: string, log: Log) {
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
      .compile({ checkpointer: timed(saver, log) });
  }

  async say(turns: number): Promise<void> {
    const config = { configurable: { thread_id: this.#thread } };
    for (let turn = 0; turn < turns; turn++) {
      const messages = [new HumanMessage(this.#write(QUESTION_BYTES))];
      const start = performance.now();
      await this.#graph.invoke({ messages }, config);
      this.#log.turn.push(performance.now() - start);
    }
  }

  #write(bytes: number): string {
    const text = this.#text(bytes);
    this.said += Buffer.byteLength(text);
    return text;
  }
}

/** The saver, its calls logged. */
function timed(saver: BaseCheckpointSaver, log: Log): BaseCheckpointSaver {
  return new Proxy(saver, {
    get: (target, name) => {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      const times = name === 'put' ? log.put : name === 'getTuple' ? log.load : undefined;
      if (times === undefined) return member.bind(target) as unknown;
      return async (...args: readonly unknown[]) => {
        const start = performance.now();
        const result = (await Reflect.apply(member, target, args)) as unknown;
        times.push(performance.now() - start);
        return result;
      };
    },
  });
}

/** Of the last turns. */
function timesOf({ put, load, turn }: Log, allTurns: number, turns: number): Times {
  const last = (times: readonly number[]): Spread =>
    spread(times.slice(-Math.floor((times.length / allTurns) * turns)));
  return { put: last(put), load: last(load), turn: last(turn) };
}

function spread(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}

function emptyLog(): Log {
  return { put: [], load: [], turn: [] };
}

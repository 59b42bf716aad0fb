import { cpuOfProcess, memoryOfProcess } from '../../support/process-figures.js';
import type { RedisServer } from '../../support/redis-server.js';
import { ChatClient } from '../client.js';
import { type ServerSettings, startServer } from '../server.js';

export interface ChatLoad {
  readonly threads: number;
  readonly turns: number;
  readonly model: string;
  readonly server: ServerSettings;
  /** Where the server keeps conversations in it. */
  readonly redis?: RedisServer;
}

type Memory = ReturnType<typeof memoryOfProcess>;

export interface ChatFigures {
  readonly threads: number;
  /** Threads that hold every turn once, in the order in which it was asked. */
  readonly right: number;
  /** Of the turns that failed, each. */
  readonly failures: readonly string[];
  readonly seconds: number;
  readonly turnMs: readonly number[];
  readonly serverCpuMs: number;
  readonly redisCpuMs: number | undefined;
  readonly before: Memory;
  readonly after: Memory;
}

interface StoredTurn {
  readonly sequence: number;
  readonly question: string;
  readonly status: string;
}

export async function measureChat(load: ChatLoad): Promise<ChatFigures> {
  const { redis } = load;
  const server = await startServer(load.server);
  const client = new ChatClient(load.threads);
  try {
    await new Conversation(client, server.url, load, 'warm-up').run();
    const before = memoryOfProcess(server.pid);
    const cpuBefore = cpuOfProcess(server.pid);
    const redisCpuBefore = redis ? cpuOfProcess(redis.pid) : 0;
    const start = performance.now();
    const all = Array.from(
      { length: load.threads },
      (_, n) => new Conversation(client, server.url, load, `t${n}`),
    );
    await Promise.all(all.map((one) => one.run()));
    const seconds = (performance.now() - start) / 1_000;
    const serverCpuMs = cpuOfProcess(server.pid) - cpuBefore;
    const redisCpuMs = redis && cpuOfProcess(redis.pid) - redisCpuBefore;
    const after = memoryOfProcess(server.pid);
    let right = 0;
    for (const one of all) if (await one.isRight()) right++;
    const turnMs = all.flatMap((one) => one.turnMs);
    const failures = all.flatMap((one) => one.failures);
    return {
      threads: load.threads,
      right,
      failures,
      seconds,
      turnMs,
      serverCpuMs,
      redisCpuMs,
      before,
      after,
    };
  } finally {
    await client.close();
    await server.stop();
  }
}

/** One thread: asks, waits for the end of the answer, asks again. */
class Conversation {
  readonly failures: string[] = [];
  readonly turnMs: number[] = [];
  readonly #client: ChatClient;
  readonly #url: string;
  readonly #load: ChatLoad;
  readonly #thread: string;

  constructor(client: ChatClient, url: string, load: ChatLoad, thread: string) {
    this.#client = client;
    this.#url = url;
    this.#load = load;
    this.#thread = thread;
  }

  async run(): Promise<void> {
    for (let turn = 1; turn <= this.#load.turns; turn++) {
      const start = performance.now();
      const failure = await this.#ask(turn).catch((error: unknown) => String(error));
      if (failure === undefined) this.turnMs.push(performance.now() - start);
      else this.failures.push(failure);
    }
  }

  async isRight(): Promise<boolean> {
    const path = `/chat/threads/${this.#thread}?limit=1000&branches=all`;
    const { turns } = await this.#client.json<{ turns: readonly StoredTurn[] }>(`${this.#url}${path}`);
    const isInPlace = ({ sequence, question, status }: StoredTurn, at: number): boolean =>
      sequence === at + 1 && status === 'complete' && question === this.#question(at + 1);
    return turns.length === this.#load.turns && turns.every(isInPlace);
  }

  async #ask(turn: number): Promise<string | undefined> {
    const { events } = await this.#client.ask(this.#url, {
      question: this.#question(turn),
      thread_id: this.#thread,
      if_not_exists: 'create',
      model: this.#load.model,
    });
    const end = events.at(-1)?.data ?? 'nothing came';
    return end.includes('"finish"') ? undefined : end;
  }

  /** Alternately Korean and English, each another. */
  #question(turn: number): string {
    return turn % 2 === 1
      ? `How is ${this.#thread} configured in step ${turn}?`
      : `${this.#thread}의 설정은 ${turn}단계에서 어떻게 합니까?`;
  }
}

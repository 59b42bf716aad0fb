import { ChatClient, type StreamEvent } from '../client.js';

export interface ResumeFigures {
  readonly streams: number;
  readonly cuts: number;
  readonly events: number;
  readonly right: number;
}

const AT_ONCE = 50;
const MAX_CUTS = 4;
/** Events after which a connection is cut at most; a stream has more than twice as many. */
const CUT_EVENTS = 20;

export async function measureResumes(
  nodes: readonly string[],
  model: string,
  streams: number,
): Promise<ResumeFigures> {
  const client = new ChatClient(AT_ONCE * 2);
  const random = randomNumbers();
  const figures = { streams, cuts: 0, events: 0, right: 0 };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < streams) {
      const reader = new CutReader(client, nodes, model, next++, random);
      await reader.read();
      figures.cuts += reader.cuts;
      figures.events += reader.events.length;
      if (await reader.isRight()) figures.right++;
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return figures;
  } finally {
    await client.close();
  }
}

/** Reads one stream to its end, cut off again and again. */
class CutReader {
  cuts = 0;
  readonly events: StreamEvent[] = [];
  readonly #client: ChatClient;
  readonly #nodes: readonly string[];
  readonly #model: string;
  readonly #number: number;
  readonly #random: () => number;

  constructor(
    client: ChatClient,
    nodes: readonly string[],
    model: string,
    number: number,
    random: () => number,
  ) {
    this.#client = client;
    this.#nodes = nodes;
    this.#model = model;
    this.#number = number;
    this.#random = random;
  }

  async read(): Promise<void> {
    const question = {
      question: `캐시는 어떻게 설정합니까? How are caches configured (${this.#number})?`,
      model: this.#model,
      on_disconnect: 'continue',
    };
    let received = await this.#client.ask(this.#node(0), question, this.#nextCut());
    this.events.push(...received.events);
    while (received.isCut && !this.#hasEnded()) {
      this.cuts++;
      const after = this.events.at(-1)?.id ?? 0;
      const node = this.#node(this.cuts);
      received = await this.#client.resume(node, this.#run(), after, this.#nextCut());
      this.events.push(...received.events);
    }
  }

  async isRight(): Promise<boolean> {
    const seen = JSON.stringify(this.events);
    for (const node of this.#nodes) {
      const { events } = await this.#client.resume(node, this.#run(), 0);
      if (JSON.stringify(events) !== seen) return false;
    }
    return this.#isNumbered() && (await this.#isKept());
  }

  #isNumbered(): boolean {
    return this.#hasEnded() && this.events.every(({ id }, at) => id === at + 1);
  }

  #hasEnded(): boolean {
    return this.events.at(-1)?.data.includes('"finish"') ?? false;
  }

  async #isKept(): Promise<boolean> {
    const parts = this.events.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
    const text = parts.map((part) => (part.type === 'text-delta' ? String(part.text) : '')).join('');
    const path = `/chat/threads/${String(parts[0]?.thread_id)}`;
    const { turns } = await this.#client.json<{ turns: { answer: string }[] }>(`${this.#node(1)}${path}`);
    return turns.length === 1 && turns[0]?.answer === text;
  }

  #node(visit: number): string {
    return this.#nodes[(this.#number + visit) % this.#nodes.length] ?? '';
  }

  #run(): string {
    return (JSON.parse(this.events[0]?.data ?? '{}') as { run_id: string }).run_id;
  }

  #nextCut(): { readonly cutAfterEvents?: number } {
    return this.cuts < MAX_CUTS ? { cutAfterEvents: 1 + Math.floor(this.#random() * CUT_EVENTS) } : {};
  }
}

/** The same in every run (a linear congruence, Numerical Recipes). */
function randomNumbers(): () => number {
  let state = 11;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

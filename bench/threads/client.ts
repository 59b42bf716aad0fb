import { Agent, request } from 'undici';

/** An event of a stream, as it was sent. */
export interface StreamEvent {
  readonly id: number;
  readonly data: string;
}

/** What came of one connection. */
export interface Received {
  readonly events: readonly StreamEvent[];
  /** The connection was cut by us. */
  readonly isCut: boolean;
}

export interface ReadOptions {
  /** Cuts the connection in the middle of the event after so many. */
  readonly cutAfterEvents?: number;
}

const EVENT_END = '\n\n';
const HALF_AN_EVENT = 20;

/** Asks and reads streams as a client does that keeps the id of the last event it has seen. */
export class ChatClient {
  readonly #agent: Agent;

  constructor(connections: number) {
    this.#agent = new Agent({ connections, headersTimeout: 120_000, bodyTimeout: 120_000 });
  }

  ask(url: string, body: object, options?: ReadOptions): Promise<Received> {
    return this.#read(`${url}/chat/stream`, { method: 'POST', body: JSON.stringify(body) }, options);
  }

  /** `after` 0: from the beginning. */
  resume(url: string, run: string, after: number, options?: ReadOptions): Promise<Received> {
    const headers = { 'last-event-id': String(after === 0 ? -1 : after) };
    return this.#read(`${url}/chat/stream/${run}`, { method: 'GET', headers }, options);
  }

  async json<Body>(url: string): Promise<Body> {
    const { body, statusCode } = await request(url, { dispatcher: this.#agent });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${statusCode}: ${text}`);
    return JSON.parse(text) as Body;
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #read(
    url: string,
    sent: {
      readonly method: 'GET' | 'POST';
      readonly body?: string;
      readonly headers?: Record<string, string>;
    },
    { cutAfterEvents }: ReadOptions = {},
  ): Promise<Received> {
    const headers = { 'content-type': 'application/json', ...sent.headers };
    const { body, statusCode } = await request(url, { ...sent, headers, dispatcher: this.#agent });
    if (statusCode !== 200) throw new Error(`${statusCode}: ${await body.text()}`);
    body.setEncoding('utf8');
    let text = '';
    for await (const chunk of body) {
      text += chunk;
      const cut = cutAfterEvents === undefined ? -1 : endOfEvent(text, cutAfterEvents);
      // Some of the next event may have come: that is what a cut looks like.
      if (cut >= 0) return { events: eventsIn(text.slice(0, cut + HALF_AN_EVENT)), isCut: true };
    }
    return { events: eventsIn(text), isCut: false };
  }
}

/** Where the event of this number ends; -1 where it has not come yet. */
function endOfEvent(text: string, number: number): number {
  let end = 0;
  for (let events = 0; events < number; events++) {
    const at = text.indexOf(EVENT_END, end);
    if (at < 0) return -1;
    end = at + EVENT_END.length;
  }
  return end;
}

/** Events that came whole; the rest of one that was cut is as if it had not come. */
function eventsIn(text: string): StreamEvent[] {
  const whole = text.split(EVENT_END).slice(0, -1);
  return whole.flatMap((block) => {
    const field = (name: string): string | undefined =>
      block
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const data = field('data');
    return data === undefined ? [] : [{ id: Number(field('id')), data }];
  });
}

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
  /** Cuts the connection after so many bytes of the body, wherever that is. */
  readonly cutAfterBytes?: number;
}

const EVENT_END = '\n\n';

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
    { cutAfterBytes = Number.POSITIVE_INFINITY }: ReadOptions = {},
  ): Promise<Received> {
    const headers = { 'content-type': 'application/json', ...sent.headers };
    const { body, statusCode } = await request(url, { ...sent, headers, dispatcher: this.#agent });
    if (statusCode !== 200) throw new Error(`${statusCode}: ${await body.text()}`);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, Math.max(0, cutAfterBytes - bytes)));
      bytes += chunk.length;
      if (bytes >= cutAfterBytes) break;
    }
    return { events: eventsIn(Buffer.concat(chunks).toString()), isCut: bytes >= cutAfterBytes };
  }
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

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
export type Json = any;

export interface StreamEvent {
  /** Absent for what is not in the run's log. */
  readonly id?: number;
  readonly data: Json;
}

export interface OpenedStream {
  readonly status: number;
  readonly headers: Headers;
  /** The run's id, under which the stream can be taken up again; empty where none was begun. */
  readonly run: string;
  /** Events as they come; ends with the body. */
  readonly events: AsyncGenerator<StreamEvent, void, undefined>;
}

/** Asks Narae's own chat routes, as a client over the network would. */
export class ConversationClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  async open(body: object, signal?: AbortSignal): Promise<OpenedStream> {
    const response = await fetch(`${this.#url}/chat/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
    return opened(response);
  }

  async resume(run: string, lastEventId?: number | string, signal?: AbortSignal): Promise<OpenedStream> {
    const response = await fetch(`${this.#url}/chat/stream/${run}`, {
      ...(lastEventId !== undefined && { headers: { 'last-event-id': String(lastEventId) } }),
      ...(signal && { signal }),
    });
    return opened(response);
  }

  /** The whole stream of a question. */
  async ask(body: object): Promise<StreamEvent[]> {
    const { status, events } = await this.open(body);
    const all = await allOf(events);
    if (status !== 200) throw new Error(`status ${status}: ${JSON.stringify(all)}`);
    return all;
  }
}

/** Reads so many events, drops the connection, and takes the stream up again, maybe elsewhere, until it is over. */
export async function cutAndResume(
  [from, to]: readonly [from: ConversationClient, to: ConversationClient],
  body: object,
  after: number,
): Promise<StreamEvent[]> {
  const seen: StreamEvent[] = [];
  const leaving = new AbortController();
  const { events, run } = await from.open(body, leaving.signal);
  for await (const event of events) {
    seen.push(event);
    if (seen.length > after) break;
  }
  leaving.abort();
  const rest = await to.resume(run, seen.at(-1)?.id ?? -1);
  seen.push(...(await allOf(rest.events)));
  return seen;
}

export async function allOf(events: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const all: StreamEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

export function textOf(events: readonly StreamEvent[]): string {
  return events.map(({ data }) => (data.type === 'text-delta' ? data.text : '')).join('');
}

export function partOf(events: readonly StreamEvent[], type: string): Json {
  return events.find(({ data }) => data.type === type)?.data;
}

function opened(response: Response): OpenedStream {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const events = isStream ? eventsOf(response) : bodyOf(response);
  const run = response.headers.get('content-location')?.split('/').at(-1) ?? '';
  return { status: response.status, headers: response.headers, run, events };
}

async function* bodyOf(response: Response): AsyncGenerator<StreamEvent, void, undefined> {
  yield { data: await response.json() };
}

async function* eventsOf(response: Response): AsyncGenerator<StreamEvent, void, undefined> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const bytes of response.body ?? []) {
    pending += decoder.decode(bytes, { stream: true });
    const blocks = pending.split('\n\n');
    pending = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = readEvent(block);
      if (event !== undefined) yield event;
    }
  }
}

function readEvent(block: string): StreamEvent | undefined {
  const data = /^data: (.*)$/m.exec(block)?.[1];
  if (data === undefined) return undefined;
  const id = /^id: (\d+)$/m.exec(block)?.[1];
  return { data: JSON.parse(data), ...(id !== undefined && { id: Number(id) }) };
}

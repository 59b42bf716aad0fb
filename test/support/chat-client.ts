import { type IncomingMessage, request } from 'node:http';

export interface ChatOptions {
  readonly model: string;
  /** Default true. */
  readonly stream?: boolean;
  readonly question?: string;
  /** Leaving: the connection is destroyed. */
  readonly signal?: AbortSignal;
  /** Called with what has arrived so far, each time that something does. */
  readonly onText?: (text: string) => void;
}

/** What a client got, over a connection of its own. */
export interface Reply {
  /** 0: no head came. */
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Whether the body came to its proper end; false for a connection that was lost. */
  readonly complete: boolean;
}

/** Asks without retrieval, and reads until the answer or the connection ends. Never rejects. */
export function chat(url: string, options: ChatOptions): Promise<Reply> {
  const { model, stream = true, question = 'What is Narae?', signal, onText } = options;
  const messages = [{ role: 'user', content: question }];
  return new Promise((resolve) => {
    const call = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json' },
      ...(signal && { signal }),
    });
    let body = '';
    let head: IncomingMessage | undefined;
    const settle = (): void =>
      resolve({
        status: head?.statusCode ?? 0,
        headers: head?.headers ?? {},
        body,
        complete: head?.complete ?? false,
      });
    call.on('response', (response) => {
      head = response;
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
        onText?.(body);
      });
      response.on('error', () => {});
      response.on('close', settle);
    });
    call.on('error', () => {
      if (head === undefined) settle();
    });
    call.end(JSON.stringify({ model, messages, stream, narae: { retrieval: false } }));
  });
}

/** How a client understands what it got; anything that is neither is `broken`. */
export type Verdict =
  | {
      readonly end: 'finished';
      readonly reason: string;
      readonly text: string;
      readonly reasoning: string;
      readonly toolArguments: string;
    }
  /** `text` is what came before it in a stream. */
  | { readonly end: 'failed'; readonly status: number; readonly code: string; readonly text: string }
  | { readonly end: 'broken'; readonly why: string };

// biome-ignore lint/suspicious/noExplicitAny: what comes is looked at, not believed
type Json = any;

export function verdictOf(reply: Reply): Verdict {
  if (!reply.complete) return { end: 'broken', why: 'the connection was lost' };
  const isStream = reply.headers['content-type']?.startsWith('text/event-stream') ?? false;
  return isStream ? streamVerdict(reply) : jsonVerdict(reply);
}

function jsonVerdict({ status, body }: Reply): Verdict {
  const json: Json = JSON.parse(body);
  if (json.error) return { end: 'failed', status, code: json.error.code, text: '' };
  const [{ message, finish_reason: reason }] = json.choices;
  return { end: 'finished', reason, ...contentOf([message]) };
}

/** A stream ends in a finish reason and `[DONE]`, or in the error object and nothing behind it. */
function streamVerdict({ status, body }: Reply): Verdict {
  if (!body.endsWith('\n\n')) return { end: 'broken', why: 'the last event is cut' };
  const events = body.split('\n\n').filter((event) => event.startsWith('data: '));
  const data = events.map((event) => event.slice(6));
  const isDone = data.at(-1) === '[DONE]';
  const chunks: Json[] = (isDone ? data.slice(0, -1) : data).map((text) => JSON.parse(text));
  const content = contentOf(chunks.map((chunk) => chunk.choices?.[0]?.delta ?? {}));
  const { error } = chunks.at(-1) ?? {};
  if (error && isDone) return { end: 'broken', why: '[DONE] behind an error' };
  if (error) return { end: 'failed', status, code: error.code, text: content.text };
  const reasons = chunks.map((chunk) => chunk.choices?.[0]?.finish_reason).filter(Boolean);
  if (!isDone || reasons.length !== 1) return { end: 'broken', why: `${reasons.length} finish reasons` };
  return { end: 'finished', reason: reasons[0], ...content };
}

function contentOf(messages: readonly Json[]): { text: string; reasoning: string; toolArguments: string } {
  const join = (read: (message: Json) => string | undefined | null): string =>
    messages.map((message) => read(message) ?? '').join('');
  return {
    text: join(({ content }) => content),
    reasoning: join(({ reasoning_content }) => reasoning_content),
    toolArguments: join(({ tool_calls }) =>
      tool_calls?.map((call: Json) => call.function.arguments).join(''),
    ),
  };
}

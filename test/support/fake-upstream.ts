import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the fake model server received it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface FakeUpstream {
  /** `http://127.0.0.1:<port>/v1`. */
  readonly baseUrl: string;
  readonly seen: SeenRequest[];
  /** Connections opened so far; fewer than requests means that they were reused. */
  readonly connections: number;
  /** Resolves when a client closed a connection before its answer was complete. */
  nextDisconnect(): Promise<void>;
  close(): Promise<void>;
}

/** What the fake says when the model has no fault: a short answer that cites the first passage. */
export const FAKE_WORDS = [
  'Narae ',
  'answers ',
  'from ',
  'documents ',
  '[',
  '1',
  ']',
  '. ',
  '나래',
  '입니다.',
];
export const FAKE_TEXT = FAKE_WORDS.join('');

type Answer = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

/**
 * A model server on a real port that speaks OpenAI's chat dialect. The model's name chooses the fault; a name
 * without one gets FAKE_TEXT, a delta a word. `scripts` adds or replaces answers.
 */
export async function startFakeUpstream(scripts: Record<string, Answer> = {}): Promise<FakeUpstream> {
  const answers = { ...FAULTS, ...scripts };
  const seen: SeenRequest[] = [];
  const disconnects: (() => void)[] = [];
  let connections = 0;
  const server = createServer(async (incoming, response) => {
    // A client may leave before it has asked.
    const request = await readRequest(incoming).catch(() => undefined);
    if (request === undefined) return;
    seen.push(request);
    response.on('close', () => {
      if (!response.writableFinished) for (const tell of disconnects.splice(0)) tell();
    });
    if (request.path === '/v1/models') return sendJson(response, 200, { data: [{ id: 'a' }, { id: 'b' }] });
    await (answers[String(request.body.model)] ?? stream(FAKE_WORDS))(response, request);
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    get connections() {
      return connections;
    },
    nextDisconnect: () => new Promise((resolve) => disconnects.push(resolve)),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  const body = text === '' ? {} : JSON.parse(text);
  return { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body };
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function startEvents(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream' });
}

export function delta(content: string, finish: string | null = null): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices })}\n\n`;
}

export const STOP = delta('', 'stop');
export const USAGE = `data: ${JSON.stringify({
  choices: [],
  usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
})}\n\n`;
export const DONE = 'data: [DONE]\n\n';

/** A complete, faultless stream: role first, a delta a word, stop, usage, done. */
export function wholeStream(words: readonly string[] = FAKE_WORDS): string {
  const role = `data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n`;
  return role + words.map((word) => delta(word)).join('') + STOP + USAGE + DONE;
}

function stream(words: readonly string[]): Answer {
  return (response) => {
    startEvents(response).end(wholeStream(words));
  };
}

function raw(text: string): Answer {
  return (response) => {
    startEvents(response).end(text);
  };
}

async function inPieces(response: ServerResponse, bytes: Buffer, size: number): Promise<void> {
  startEvents(response);
  for (let from = 0; from < bytes.length; from += size) {
    response.write(bytes.subarray(from, from + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

const REFUSED = { error: { message: 'bad thing near sk-secret-0123456789', type: 'invalid_request_error' } };

/** Faults by model name. */
const FAULTS: Record<string, Answer> = {
  '500': (response) => sendJson(response, 500, { error: { message: 'boom' } }),
  '503': (response) => sendJson(response, 503, { error: { message: 'busy' } }, { 'retry-after': '3' }),
  '429': (response) => sendJson(response, 429, { error: { message: 'slow down' } }, { 'retry-after': '7' }),
  '401': (response) => sendJson(response, 401, { error: { message: 'wrong key sk-secret-0123456789' } }),
  '400': (response) => sendJson(response, 400, REFUSED),
  '404': (response) => sendJson(response, 404, { error: { message: 'model not found' } }),
  html: (response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>hello</title>');
  },
  'html-404': (response) => {
    response.writeHead(404, { 'content-type': 'text/html' }).end('<html>not here</html>');
  },
  json: (response) => {
    const choices = [{ index: 0, message: { role: 'assistant', content: FAKE_TEXT }, finish_reason: 'stop' }];
    sendJson(response, 200, { choices, usage: { prompt_tokens: 11, completion_tokens: 7 } });
  },
  hang: () => {},
  'hang-after-head': (response) => {
    startEvents(response).write(': hello\n\n');
  },
  'hang-mid-stream': (response) => {
    startEvents(response).write(delta('half '));
  },
  'hang-after-stop': (response) => {
    startEvents(response).write(delta('all of it') + STOP);
  },
  'cut-mid-stream': (response) => {
    startEvents(response).write(delta('half '));
    setTimeout(() => response.destroy(), 20);
  },
  'end-without-finish': raw(delta('half ')),
  'end-in-event': raw(delta('half ') + delta('other half').slice(0, 40)),
  'no-done': raw(delta('whole') + STOP),
  'error-event': raw(`${delta('half ')}event: error\ndata: {"message":"upstream fell over"}\n\n`),
  'error-first': raw('data: {"error":{"message":"too many","type":"rate_limit_error"}}\n\n'),
  'given-up': raw(delta('half ') + delta('', 'abort') + DONE),
  garbage: raw('data: {"choices": [{]}\n\n'),
  'empty-choices': raw(`data: {"choices":[]}\n\n${delta('text')}data: {}\n\n${STOP}${DONE}`),
  comments: raw(`: ping\n\n: ping\r\n\r\n${delta('te')}: ping\n${delta('xt')}\n\n\n${STOP}${DONE}`),
  crlf: raw(wholeStream().replaceAll('\n', '\r\n')),
  cr: raw(wholeStream().replaceAll('\n', '\r')),
  bytes: (response) => inPieces(response, Buffer.from(wholeStream()), 1),
  'split-utf8': (response) =>
    inPieces(response, Buffer.from(wholeStream(['가나다라마바사', '아자차카타파하'])), 7),
  reasoning: raw(
    `data: {"choices":[{"delta":{"reasoning_content":"hm, "}}]}\n\ndata: {"choices":[{"delta":{"reasoning":"yes"}}]}\n\n` +
      delta('text') +
      STOP +
      DONE,
  ),
  tools: raw(
    `data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"weather","arguments":""}}]}}]}\n\n` +
      `data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"city\\":"}}]}}]}\n\n` +
      `data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"서울\\"}"}}]}}]}\n\n` +
      `data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}\n\n${DONE}`,
  ),
  dangling: stream(['See ', '[1', '] and [', '9', ']. Not ', '`arr[0]`', ' nor [7](x).']),
  endless: async (response) => {
    startEvents(response);
    while (!response.destroyed) {
      response.write(delta('and on '));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
};

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StubChat } from './stub-chat.js';
import { describe, STUB_DOCUMENTS } from './stub-documents.js';

const PAGE = fileURLToPath(new URL('../../../dist/web', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Stricter than the real server's: the page needs nothing inline and nothing from elsewhere. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'";

export interface FaultServer {
  readonly url: string;
  /** Answers that the page has stopped. */
  readonly cancelled: number;
  close(): Promise<void>;
}

/**
 * Serves the page with an API that goes wrong as the question says (see faulty-answers.ts): what a real server
 * cannot be made to do on demand.
 */
export async function startFaultServer(): Promise<FaultServer> {
  const chat = new StubChat();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const { method = 'GET', headers } = request;
    const lastEventId = headers['last-event-id']?.toString();
    if (chat.answer({ method, path, body: await bodyOf(request), lastEventId }, response)) return undefined;
    const body = apiBody(path);
    return body ? sendJson(response, body) : sendPage(response, path);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cancelled() {
      return chat.cancelled;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function apiBody(path: string): object | undefined {
  const bodies: Record<string, object> = {
    '/v1/info': {
      ...{ name: 'narae', version: '0.0.0', auth_required: false, default_collection: 'default' },
      ...{ default_model: { name: 'extractive', provider: 'extractive' }, embedder: 'builtin' },
      ...{ upload_limit_bytes: 1000, examples: [] },
    },
    '/v1/models': { data: [{ id: 'extractive' }, { id: 'faulty-model' }] },
    '/v1/collections': {
      collections: [{ name: 'default', version: 1, documents: 2, chunks: 2, languages: { ko: 1, en: 1 } }],
    },
    '/v1/collections/default/documents': { documents: STUB_DOCUMENTS.map(describe) },
  };
  return bodies[path];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function sendPage(response: ServerResponse, path: string): Promise<void> {
  const name = path === '/' ? 'index.html' : path;
  try {
    const file = await readFile(join(PAGE, name));
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(file);
  } catch {
    const error = { message: `There is no ${path}.`, type: 'invalid_request_error', code: 'route_not_found' };
    response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
  }
}

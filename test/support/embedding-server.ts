import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const DIMENSIONS = 16;

export interface EmbeddingRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: { readonly model: string; readonly input: readonly string[]; readonly dimensions?: number };
}

type Answer = (request: EmbeddingRequest, response: ServerResponse) => void;

/** A vector that depends on the text only, of no particular length. */
export function rawVector(text: string): number[] {
  const bytes = createHash('sha256').update(text).digest();
  return Array.from({ length: DIMENSIONS }, (_, at) => (bytes[at] as number) - 100);
}

/** A real HTTP server that speaks OpenAI's `POST /embeddings`; tests may put other answers in front of it. */
export class EmbeddingServer {
  readonly requests: EmbeddingRequest[] = [];
  /** Used up one by one before the proper answers begin. */
  readonly faults: Answer[] = [];
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const request: EmbeddingRequest = {
      path: incoming.url ?? '',
      authorization: incoming.headers.authorization,
      body: JSON.parse(Buffer.concat(pieces).toString()) as EmbeddingRequest['body'],
    };
    this.requests.push(request);
    (this.faults.shift() ?? answerProperly)(request, response);
  }
}

export function answerProperly({ body }: EmbeddingRequest, response: ServerResponse): void {
  const data = body.input.map((text, index) => ({ object: 'embedding', index, embedding: rawVector(text) }));
  answerJson(response, 200, { object: 'list', data });
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

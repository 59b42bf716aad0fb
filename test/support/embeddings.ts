import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A server with OpenAI's `POST /embeddings` that counts letters: eight dimensions, the same for the same text. */
export async function startEmbeddings(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { input } = JSON.parse(await text(request)) as { input: string | string[] };
    const data = [input]
      .flat()
      .map((content, index) => ({ object: 'embedding', index, embedding: vector(content) }));
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ object: 'list', model: 'tiny', data, usage: { prompt_tokens: 1, total_tokens: 1 } }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function vector(content: string): number[] {
  const counts = new Array<number>(8).fill(1);
  for (const character of content) {
    const slot = (character.codePointAt(0) ?? 0) % 8;
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return counts;
}

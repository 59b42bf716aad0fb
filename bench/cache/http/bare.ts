/** The least that a server can do: `node bare.js <whole> <stream>` parses a JSON body and sends what a file holds. */
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';

const [, , whole = '', stream = ''] = process.argv;
const answers = { whole: readFileSync(whole, 'utf8'), stream: readFileSync(stream, 'utf8') };
const app = Fastify({ logger: false });
app.post('/v1/chat/completions', async (request, reply) => {
  const isStream = (request.body as { readonly stream?: boolean }).stream === true;
  reply.type(isStream ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8');
  return isStream ? answers.stream : answers.whole;
});
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
process.on('SIGTERM', () => void app.close());

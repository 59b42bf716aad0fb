/** The least that a server can do: `node bare.js <file>` parses a JSON body and sends what the file holds. */
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';

const [, , file = ''] = process.argv;
const answer = readFileSync(file, 'utf8');
const app = Fastify({ logger: false });
app.post('/v1/chat/completions', async (_request, reply) => {
  reply.type('application/json; charset=utf-8');
  return answer;
});
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
process.on('SIGTERM', () => void app.close());

/**
 * `node server.mjs <upstream base URL>`: the flow of a chat service as the libraries' documentation shows it: Fastify
 * in front, one LangGraph node that asks a ChatOpenAI, tokens out as OpenAI's stream. Prints its address.
 */
import { randomUUID } from 'node:crypto';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import Fastify from 'fastify';

const configuration = { baseURL: process.argv[2] };
const models = new Map();

function modelFor(name) {
  const known = models.get(name);
  if (known) return known;
  const made = new ChatOpenAI({ model: name, apiKey: 'none', streaming: true, maxRetries: 0, configuration });
  models.set(name, made);
  return made;
}

const graph = new StateGraph(MessagesAnnotation)
  .addNode('answer', async ({ messages }, config) => {
    const reply = await modelFor(config.configurable.model).invoke(messages, config);
    return { messages: [reply] };
  })
  .addEdge(START, 'answer')
  .addEdge('answer', END)
  .compile();

const app = Fastify({ logger: false });

app.post('/v1/chat/completions', async (request, reply) => {
  const { model, messages } = request.body;
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const shared = {
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion.chunk',
    created: seconds(),
    model,
  };
  const send = (delta, finish = null) => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    return reply.raw.write(`data: ${JSON.stringify({ ...shared, choices })}\n\n`);
  };
  const options = { streamMode: 'messages', configurable: { model }, signal: left.signal };
  for await (const [chunk] of await graph.stream({ messages }, options)) {
    if (typeof chunk.content === 'string' && chunk.content !== '') send({ content: chunk.content });
  }
  send({}, 'stop');
  reply.raw.end('data: [DONE]\n\n');
});

function seconds() {
  return Math.floor(Date.now() / 1000);
}

console.log(await app.listen({ host: '127.0.0.1', port: 0 }));

// The official `@langchain/langgraph-sdk` client against a running server: node examples/langgraph-client.mjs http://127.0.0.1:8000
import { Client } from '@langchain/langgraph-sdk';

const [apiUrl = 'http://127.0.0.1:8000', question = 'How do I index a folder of documents?'] =
  process.argv.slice(2);
const client = new Client({ apiUrl, apiKey: process.env.NARAE_API_KEY ?? null });

const { thread_id } = await client.threads.create({ metadata: { example: true } });
const stream = client.runs.stream(thread_id, 'narae', {
  input: { messages: [{ type: 'human', content: question }] },
  streamMode: ['messages-tuple', 'updates'],
});
for await (const { event, data } of stream) {
  if (event === 'messages') process.stdout.write(data[0].content);
  if (event === 'updates' && data.retrieve) {
    for (const { n, source } of data.retrieve.sources) console.log(`[${n}] ${source}`);
  }
}

// Another question from the same state: a fork, beside the first one.
const [, asked] = await client.threads.getHistory(thread_id, { limit: 2 });
const values = await client.runs.wait(thread_id, 'narae', {
  input: { messages: '문서는 어떻게 색인하나요?' },
  checkpoint: asked.parent_checkpoint,
});
console.log(`\n\nOn a branch of its own: ${values.messages.at(-1).content}`);

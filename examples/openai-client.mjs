import OpenAI from 'openai';

const [baseURL = 'http://127.0.0.1:8000/v1', question = 'How do I connect Ollama?'] = process.argv.slice(2);

const client = new OpenAI({ baseURL, apiKey: process.env.NARAE_API_KEY ?? 'not-needed' });
const stream = await client.chat.completions.create({
  model: 'extractive',
  messages: [{ role: 'user', content: question }],
  stream: true,
});

for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
  for (const { n, source } of chunk.narae?.sources ?? []) console.log(`[${n}] ${source}`);
}
console.log();

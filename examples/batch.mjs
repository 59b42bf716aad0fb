import { RagChain } from 'narae';

const [folder = 'docs/', ...questions] = process.argv.slice(2);

const chain = await RagChain.fromDocuments(folder, { collection: 'examples' });
const asked =
  questions.length > 0 ? questions : ['How do I connect Ollama?', '한국어로 물어볼 수 있나요?', ''];

for (const item of await chain.batchQuery(asked, { concurrency: 3 })) {
  if (item.status === 'answered') console.log(`✓ ${item.question}\n  ${item.answer.text}\n`);
  else console.log(`✗ ${item.question || '(empty)'}\n  ${item.error.code}: ${item.error.message}\n`);
}

await chain.close();

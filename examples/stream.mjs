import { RagChain } from 'narae';

const [folder = 'docs/', question = 'Which file formats can be read?'] = process.argv.slice(2);

const chain = await RagChain.fromDocuments(folder, { collection: 'examples' });

for await (const part of chain.stream(question)) {
  if (part.type === 'text-delta') process.stdout.write(part.text);
  if (part.type === 'error') throw part.error;
  if (part.type === 'finish') console.log(`\n(${part.reason})`);
}

await chain.close();

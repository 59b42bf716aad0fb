import { RagChain } from 'narae';

const [folder = 'docs/', question = 'How do I connect a language model?'] = process.argv.slice(2);

const chain = await RagChain.fromDocuments(folder, { collection: 'examples' });
const { text, sources } = await chain.query(question);

console.log(text);
for (const { n, source, headings } of sources) console.log(`[${n}] ${source} ${headings.join(' › ')}`);

await chain.close();

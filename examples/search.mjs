import { RagChain } from 'narae';

const [folder = 'docs/'] = process.argv.slice(2);

const chain = await RagChain.fromDocuments(folder, { collection: 'examples' });
const queries = ['metrics', '문서 형식'];
const lists = await chain.search(queries, { k: 3, filter: { media_type: 'text/markdown' } });

for (const [index, passages] of lists.entries()) {
  console.log(queries[index]);
  for (const { score, source, headings } of passages)
    console.log(`  ${score.toFixed(3)} ${source} ${headings.join(' › ')}`);
}

await chain.close();

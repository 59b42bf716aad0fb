// A process that writes `c` of tenant `t`, to be killed while it does: `<dataDir> <round> <documents>`.
import { contentHash } from '../../dist/core/index.js';
import { createEmbedder, openIndexWriter } from '../../dist/retrieval/index.js';

const [dataDir, round, documents] = process.argv.slice(2);
const embedder = await createEmbedder({ kind: 'builtin' });
const writer = openIndexWriter({ dataDir, tenant: 't', collection: 'c', embedder });

for (let at = 0; at < Number(documents); at++) {
  putDocument(`${at}.md`, 1 + ((at * Number(round)) % 9));
  if (at % 7 === 6) await writer.commit();
}
await writer.commit();
await writer.optimise();
await writer.close();

function putDocument(source, count) {
  const parts = Array.from({ length: count }, (_, at) => `common round${round} 낱말 ${source} ${at}`);
  const text = parts.join('\n');
  let start = 0;
  const chunks = parts.map((part) => {
    const range = { start, end: start + part.length };
    start = range.end + 1;
    return { text: part, headings: [], ...range, tokens: 5, language: 'ko', hash: contentHash(part) };
  });
  const bytes = text.length;
  const document = {
    source,
    title: source,
    mediaType: 'text/plain',
    language: 'ko',
    origin: 'folder',
    metadata: {},
  };
  writer.put({ ...document, bytes, contentHash: contentHash(text), text }, chunks);
}

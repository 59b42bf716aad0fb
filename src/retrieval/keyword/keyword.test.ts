import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { KeywordSearcher, KeywordSegment, KeywordSegmentBuilder } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'narae-keyword-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('finds Korean and English documents by their words', () => {
  const builder = new KeywordSegmentBuilder();
  for (const [doc, text] of ['나래는 답변 서버이다', 'The server streams answers', 'unrelated'].entries()) {
    builder.add(doc, text);
  }
  const path = join(folder, 'a.seg');
  writeFileSync(path, builder.finish());
  const segment = KeywordSegment.open(path);
  const searcher = new KeywordSearcher([{ segment }]);
  expect(searcher.search('답변을 하는 서버', 10).hits.map((hit) => hit.doc)).toEqual([0]);
  expect(searcher.search('Streaming SERVERS', 10).hits.map((hit) => hit.doc)).toEqual([1]);
  segment.close();
});

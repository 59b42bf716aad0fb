import type { Served } from '../config/index.js';
import type { DocumentInfo, DocumentStore } from '../retrieval/spec.js';

/**
 * For Narae's own guides, in both of their languages; the page shows those in the reader's. No guide may hold one of
 * them word for word: search would find that echo before the answer.
 */
const OWN_EXAMPLES = [
  'How do I connect Ollama?',
  'Which file formats can be read?',
  'What happens when the disk is full?',
  'Ollama는 어떻게 연결하나요?',
  '디스크가 가득 차면 어떻게 되나요?',
  '검색 품질은 어떻게 높이나요?',
];

/** Shown on an empty page; more would not be read. */
const EXAMPLES = 3;
const LOOKED_AT = 50;

/** Questions that the collection can answer, made from titles, in each document's own language. */
export async function exampleQuestions(
  store: DocumentStore,
  tenant: string,
  { collection, isOwnDocs }: Served,
): Promise<readonly string[]> {
  if (isOwnDocs) return OWN_EXAMPLES;
  const { items } = await store.listDocuments(tenant, collection, { limit: LOOKED_AT });
  return spread(items.filter(isAskable), EXAMPLES).map(toQuestion);
}

/** A long title or a bare file name makes no question. */
function isAskable({ title, source }: DocumentInfo): boolean {
  return title.length >= 3 && title.length <= 60 && title !== source;
}

function spread<Item>(items: readonly Item[], count: number): Item[] {
  const step = Math.max(1, Math.floor(items.length / count));
  return items.filter((_item, index) => index % step === 0).slice(0, count);
}

function toQuestion({ title, language }: DocumentInfo): string {
  return language === 'ko' ? `“${title}”에 대해 알려 주세요` : `What should I know about “${title}”?`;
}

import type { Passage, Retriever, SearchRequest } from '../../src/retrieval/spec.js';

/** A passage with everything that a test does not care about filled in. */
export function passage(n: number, text: string, extra: Partial<Passage> = {}): Passage {
  return {
    id: `chunk-${n}`,
    hash: `hash-${n}`,
    documentId: `document-${n}`,
    source: `guide-${n}.md`,
    title: `Guide ${n}`,
    headings: [`Guide ${n}`],
    text,
    tokens: Math.ceil(text.length / 3),
    language: /\p{Script=Hangul}/u.test(text) ? 'ko' : 'en',
    score: 1 / n,
    position: { chunk: n, start: n * 100, end: n * 100 + text.length },
    ...extra,
  };
}

export const PASSAGES: readonly Passage[] = [
  passage(1, 'Employees accrue 25 days of paid leave each year. Unused days expire in March.'),
  passage(2, '육아휴직은 최대 12개월까지 사용할 수 있습니다. 신청은 30일 전에 해야 합니다.'),
  passage(3, 'The VPN certificate expires after 90 days. Renew it in the portal.'),
];

export interface FakeRetriever extends Retriever {
  readonly requests: SearchRequest[];
}

/** Finds the given passages for every question, as many as are asked for. */
export function fakeRetriever(passages: readonly Passage[] = PASSAGES): FakeRetriever {
  const requests: SearchRequest[] = [];
  return {
    requests,
    stateOf: () => ({ version: 7, revision: 'fake' }),
    async search(request) {
      requests.push(request);
      return {
        results: request.queries.map(() => passages.slice(0, request.k)),
        collectionVersion: 7,
        mode: request.mode,
        timings: { embedMs: 1, searchMs: 2, fetchMs: 3 },
        cache: 'miss',
      };
    },
  };
}

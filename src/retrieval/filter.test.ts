import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDocument } from '../../test/support/documents.js';
import { searchOnce } from '../../test/support/engine.js';
import { TempFolder } from '../../test/support/temp-folder.js';
import { BuiltinEmbedder } from './embedders/builtin.js';
import { parseFilter } from './filter.js';
import type { Filter, FilterValue, SearchMode } from './spec.js';
import { openIndexWriter } from './stores/embedded/index.js';

describe('parseFilter', () => {
  it.each([
    [{ a: { like: 'x' } }, 'filter.a.like'],
    [{ a: {} }, 'filter.a'],
    [{ a: null }, 'filter.a'],
    [{ a: [1, null] }, 'filter.a[1]'],
    [{ a: [[1]] }, 'filter.a[0]'],
    [{ a: Number.NaN }, 'filter.a'],
    [{ source: { prefix: 1 } }, 'filter.source.prefix'],
    [{ year: { gt: true } }, 'filter.year.gt'],
    [{ updated_at: 'yesterday' }, 'filter.updated_at'],
    [{ updated_at: { gte: 'soon' } }, 'filter.updated_at.gte'],
    [{ updated_at: { prefix: '2026' } }, 'filter.updated_at.prefix'],
    [{ '': 1 }, 'filter'],
    [[1], 'filter'],
    [Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`k${at}`, 1])), 'filter'],
    [{ a: Array.from({ length: 1001 }, () => 1) }, 'filter.a'],
  ])('names what is wrong with %j', (filter, field) => {
    expect(() => parseFilter(filter as unknown as Filter)).toThrow(
      expect.objectContaining({ code: 'invalid_filter', status: 400, field }),
    );
  });
});

interface Sample {
  readonly source: string;
  readonly title: string;
  readonly language: 'ko' | 'en';
  readonly metadata: Readonly<Record<string, FilterValue>>;
}

const KEY_WITH_EVERYTHING = '연도 "2024" \'$.a\' --';

const SAMPLES: readonly Sample[] = [
  { source: 'guides/a.md', title: '시작', language: 'ko', metadata: { year: 2024, draft: true } },
  { source: 'guides/b.md', title: 'Start', language: 'en', metadata: { year: 2025, draft: false, tag: '5' } },
  { source: 'api/a_b%.md', title: "O'Brien", language: 'en', metadata: { year: 2025.5, tag: 5, draft: 1 } },
  { source: 'api/axb.md', title: '', language: 'en', metadata: { tag: 'five', [KEY_WITH_EVERYTHING]: 1 } },
  { source: '문서/가.md', title: '가나다', language: 'ko', metadata: { year: '2024' } },
];

function order(a: number | string, b: number | string): number {
  if (a === b) return 0;
  return [a, b].sort(typeof a === 'number' ? (x, y) => Number(x) - Number(y) : undefined)[0] === a ? -1 : 1;
}

/** What docs/reference/api.md says, in the plainest words. */
function holds(sample: Sample, key: string, condition: Filter[string]): boolean {
  const own: Record<string, FilterValue | undefined> = {
    ...sample.metadata,
    source: sample.source,
    title: sample.title,
    language: sample.language,
  };
  const value = Object.hasOwn(own, key) ? own[key] : undefined;
  if (Array.isArray(condition)) return condition.some((each) => each === value);
  if (typeof condition !== 'object') return condition === value;
  const compare = (bound: number | string, test: (order: number) => boolean): boolean =>
    typeof value === typeof bound && test(order(value as number | string, bound));
  return Object.entries(condition).every(([test, bound]) => {
    if (test === 'ne') return value !== bound;
    if (test === 'prefix') return typeof value === 'string' && value.startsWith(String(bound));
    if (test === 'gt') return compare(bound, (found) => found > 0);
    if (test === 'gte') return compare(bound, (found) => found >= 0);
    if (test === 'lt') return compare(bound, (found) => found < 0);
    return compare(bound, (found) => found <= 0);
  });
}

const key = fc.constantFrom(
  'source',
  'title',
  'language',
  'year',
  'draft',
  'tag',
  'absent',
  KEY_WITH_EVERYTHING,
);
const values: readonly FilterValue[] = [
  ...SAMPLES.flatMap((sample) => [sample.source, sample.title, ...Object.values(sample.metadata)]),
  'ko',
  '',
  0,
  1,
  "' OR 1=1 --",
  '%',
  'api/a_b',
];
const value = fc.constantFrom(...values);
const bound = fc.constantFrom(...values.filter((each) => typeof each !== 'boolean'));
const condition: fc.Arbitrary<Filter[string]> = fc.oneof(
  value,
  fc.array(value, { maxLength: 4 }),
  fc.record({ ne: value }),
  fc.record({ prefix: fc.constantFrom('guides/', 'api/a_', '문', '', '2', "'") }),
  fc.record({ gt: bound }),
  fc.record({ gte: bound, lt: bound }),
  fc.record({ lte: bound }),
);

/** Values that only their type tells apart. */
const TYPED: readonly Filter[] = [
  { draft: true },
  { draft: 1 },
  { draft: { ne: true } },
  { draft: [1, false] },
  { tag: '5' },
  { tag: 5 },
  { tag: { gte: 5 } },
  { tag: { gte: '5' } },
  { source: 1 },
  { source: { ne: 1 } },
];

describe('filtered search', () => {
  const folder = new TempFolder();
  beforeAll(async () => {
    const writer = openIndexWriter({
      dataDir: folder.path,
      tenant: 't',
      collection: 'c',
      embedder: new BuiltinEmbedder(),
    });
    for (const { source, ...details } of SAMPLES)
      writer.put(...makeDocument(source, ['common word'], details));
    await writer.commit();
    await writer.close();
  });
  afterAll(() => folder.remove());

  it('finds what the filter says, in every mode', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(key, condition, { minKeys: 1, maxKeys: 3 }),
        fc.constantFrom<SearchMode[]>('hybrid', 'keyword', 'vector'),
        async (filter, mode) => {
          const { passages } = await searchOnce({ dataDir: folder.path, query: 'common', filter, mode });
          const wanted = SAMPLES.filter((sample) =>
            Object.entries(filter).every(([each, test]) => holds(sample, each, test)),
          );
          expect(passages.map(({ source }) => source).sort()).toEqual(
            wanted.map(({ source }) => source).sort(),
          );
        },
      ),
      { numRuns: 300, examples: TYPED.map((filter): [Filter, SearchMode] => [filter, 'keyword']) },
    );
  });

  it('compares updated_at as a time', async () => {
    const search = (filter: Filter) => searchOnce({ dataDir: folder.path, query: 'common', filter });
    const all = await search({ updated_at: { gt: '2020-01-01T00:00:00Z', lte: Date.now() } });
    const none = await search({ updated_at: { lt: '2020-01-01' } });
    expect([all.passages.length, none.passages.length]).toEqual([SAMPLES.length, 0]);
  });
});

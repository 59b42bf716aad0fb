import { mkdir, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerCollector } from '../../dist/answer/index.js';
import { loadConfig } from '../../dist/config/index.js';
import { openParts, type Parts } from '../../dist/main.js';
import { temporaryFolder } from '../support/narae.js';

/** What the documents may say; questions touch several of them. */
const FACTS = [
  (n: number) => `The annual leave is ${n} days for each employee.`,
  (n: number) => `The VPN certificate expires after ${n} days and is renewed in the portal.`,
  (n: number) => `연차 휴가는 직원마다 ${n}일입니다.`,
  (n: number) => `VPN 인증서는 ${n}일 뒤에 만료되며 포털에서 갱신합니다.`,
];
const QUESTIONS = [
  'How many days is the annual leave?',
  'When does the VPN certificate expire?',
  '연차 휴가는 며칠인가요?',
  'VPN 인증서는 언제 만료되나요?',
];
const FILES = 6;

type Step =
  | { readonly do: 'write'; readonly file: number; readonly facts: readonly number[]; readonly value: number }
  | { readonly do: 'delete'; readonly file: number }
  | { readonly do: 'ask'; readonly question: number; readonly k: number };

const index = fc.nat(FILES - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      file: index,
      facts: fc.uniqueArray(fc.nat(FACTS.length - 1), { minLength: 1 }),
      value: fc.integer({ min: 10, max: 14 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), file: index }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      question: fc.nat(QUESTIONS.length - 1),
      k: fc.constantFrom(2, 5),
    }),
  },
);

/** A collection in a folder of its own, which the test writes and indexes. */
class Corpus {
  readonly #parts: Parts;
  readonly #folder: string;
  readonly #collection: string;
  /** Which facts and value each file holds now. */
  readonly #files = new Map<number, string>();

  constructor(parts: Parts, folder: string, collection: string) {
    this.#parts = parts;
    this.#folder = folder;
    this.#collection = collection;
  }

  async write({ file, facts, value }: Extract<Step, { do: 'write' }>): Promise<void> {
    const lines = facts.map((fact) => FACTS[fact]?.(value + file) ?? '');
    const text = `# Document ${file}\n\n${lines.join('\n\n')}\n`;
    this.#files.set(file, text);
    await writeFile(join(this.#folder, `${file}.md`), text);
  }

  async delete(file: number): Promise<void> {
    if (!this.#files.delete(file)) return;
    await unlink(join(this.#folder, `${file}.md`));
  }

  async index(): Promise<void> {
    const { ingest, tenant } = this.#parts;
    await ingest.ingestFolder(this.#folder, { tenant, collection: this.#collection });
  }

  /** Every sentence that stands in a document now. */
  get sentences(): string {
    return [...this.#files.values()].join('\n');
  }

  async ask(question: string, k: number, forceNew: boolean) {
    const { flow, tenant } = this.#parts;
    const stream = flow.answer(
      {
        requestId: 'req_test',
        tenant,
        messages: [{ role: 'user', content: question }],
        retrieval: { enabled: true, collection: this.#collection, k, forceNew },
        cache: { read: !forceNew, store: !forceNew },
        parameters: {},
      },
      new AbortController().signal,
    );
    const collector = new AnswerCollector();
    for await (const batch of stream.parts) for (const part of batch) collector.add(part);
    const { text, citations, sources, search } = collector.answer();
    return { outcome: stream.recall.outcome, answer: { text, citations, sources, search } };
  }
}

test('a kept answer is the one that a fresh run gives, whatever happened to the documents', async () => {
  const root = await temporaryFolder();
  const flags = [{ key: 'data.dir', value: join(root, 'data'), flag: '--data' }];
  const { config } = loadConfig({ flags, environment: {}, cwd: root });
  const parts = await openParts(config);
  const outcomes: Record<string, number> = {};
  let run = 0;
  try {
    const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (steps) => {
      const folder = join(root, `run-${++run}`);
      await mkdir(folder);
      const corpus = new Corpus(parts, folder, `run-${run}`);
      await corpus.write({ do: 'write', file: 0, facts: [0, 1, 2, 3], value: 10 });
      await corpus.index();
      for (const what of steps) {
        if (what.do === 'write') await corpus.write(what);
        if (what.do === 'delete' && what.file > 0) await corpus.delete(what.file);
        if (what.do !== 'ask') await corpus.index();
        else {
          const question = QUESTIONS[what.question] ?? '';
          const given = await corpus.ask(question, what.k, false);
          const fresh = await corpus.ask(question, what.k, true);
          expect(given.answer).toEqual(fresh.answer);
          for (const { text } of given.answer.sources)
            for (const line of text.split('\n')) expect(corpus.sentences).toContain(line);
          outcomes[given.outcome] = (outcomes[given.outcome] ?? 0) + 1;
        }
      }
    });
    await fc.assert(property, { numRuns: 15, endOnFailure: true });
  } finally {
    await parts.close();
    await rm(root, { recursive: true, force: true });
  }
  expect(outcomes.hit).toBeGreaterThan(10);
  expect(outcomes.miss).toBeGreaterThan(10);
}, 180_000);

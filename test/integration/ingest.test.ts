import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { Document, Packer, Paragraph } from 'docx';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IngestSettings } from '../../dist/ingest/index.js';
import { createIngestService, type IngestService, watchFolder } from '../../dist/ingest/index.js';
import type { NaraeEvent } from '../../dist/observe/index.js';
import { openRetrieval, type Retrieval } from '../../dist/retrieval/index.js';
import { startEmbeddings } from '../support/embeddings.js';
import { koreanPdf } from '../support/korean-pdf.js';
import { TempFolder } from '../support/temp-folder.js';

const TARGET = { tenant: 'main', collection: 'docs' };

let folder: TempFolder;
let data: TempFolder;
let events: NaraeEvent[];
let retrieval: Retrieval;
let open: IngestService[];

beforeEach(async () => {
  folder = new TempFolder();
  data = new TempFolder();
  events = [];
  open = [];
  retrieval = await openRetrieval({ dataDir: data.path });
});
afterEach(async () => {
  for (const service of open) await service.close();
  await retrieval.close();
  folder.remove();
  data.remove();
});

function serviceOf(settings: Partial<IngestSettings> = {}): IngestService {
  const emit = (event: NaraeEvent): void => {
    events.push(event);
  };
  const service = createIngestService({ dataDir: data.path }, settings, emit, retrieval.store);
  open.push(service);
  return service;
}

async function find(query: string): Promise<string[]> {
  const { results } = await retrieval.retriever.search({ ...TARGET, queries: [query], k: 5, mode: 'hybrid' });
  return results[0]?.map(({ source }) => source) ?? [];
}

const typesOf = () => events.map(({ type }) => type);
const eventsOf = <Type extends NaraeEvent['type']>(type: Type) =>
  events.filter((event): event is Extract<NaraeEvent, { type: Type }> => event.type === type);

describe('a folder', () => {
  test('of real files becomes findable, and is told about', async () => {
    const word = new Document({ sections: [{ children: [new Paragraph('The warranty lasts two years.')] }] });
    folder.write('warranty.docx', await Packer.toBuffer(word));
    folder.write('보고서.pdf', koreanPdf('환불은 칠일 안에 신청합니다'));
    folder.write('legacy.txt', iconv.encode('배송은 사흘 걸립니다.', 'cp949'));
    folder.write('guide.md', '# Install\n\nRun the installer once.');
    folder.write('broken.pdf', '%PDF-1.4');
    const service = serviceOf();
    const progress: string[] = [];
    const report = await service.ingestFolder(folder.path, {
      ...TARGET,
      onProgress: ({ phase }) => progress.push(phase),
    });
    expect(report.documents.added).toBe(4);
    expect(report.languages).toEqual({ en: 2, ko: 2 });
    expect(await find('how long is the warranty')).toContain('warranty.docx');
    expect((await find('환불 신청'))[0]).toBe('보고서.pdf');
    expect((await find('배송 기간'))[0]).toBe('legacy.txt');

    expect(new Set(progress)).toEqual(new Set(['scanning', 'indexing', 'optimising']));
    expect(typesOf()[0]).toBe('ingest-started');
    expect(typesOf().at(-1)).toBe('ingest-finished');
    expect(eventsOf('ingest-file-failed')).toMatchObject([{ source: 'broken.pdf', code: 'file_malformed' }]);
    expect(eventsOf('index-changed').at(-1)).toMatchObject({
      documents: 4,
      chunks: 4,
      version: report.version,
    });
  });

  test('costs only what changed on the next run', async () => {
    const body = (text: string) => `# Title\n\n${'Some long text. '.repeat(200)}\n\n## Part\n\n${text}\n`;
    for (let index = 0; index < 20; index++) folder.write(`${index}.md`, body(`Number ${index}.`));
    const first = await serviceOf().ingestFolder(folder.path, TARGET);
    writeFileSync(folder.at('3.md'), body('An edit.'));
    rmSync(folder.at('4.md'));
    renameSync(folder.at('5.md'), folder.at('moved.md'));
    const second = await serviceOf().ingestFolder(folder.path, TARGET);
    expect(second.documents).toEqual({ added: 1, changed: 1, removed: 2, unchanged: 17 });
    expect(second.chunks.embedded).toBe(1);
    expect(second.version).toBeGreaterThan(first.version);
    const third = await serviceOf().ingestFolder(folder.path, TARGET);
    expect(third.documents).toEqual({ added: 0, changed: 0, removed: 0, unchanged: 19 });
    expect(third.version).toBe(second.version);
  });

  test('that does not exist is one clear error', async () => {
    await expect(serviceOf().ingestFolder(folder.at('none'), TARGET)).rejects.toMatchObject({
      code: 'folder_not_found',
    });
    expect(eventsOf('ingest-finished')).toMatchObject([{ outcome: 'error', errorCode: 'folder_not_found' }]);
  });
});

describe('jobs', () => {
  test('of one collection follow each other, and too many are refused', async () => {
    folder.write('a.md', 'text');
    const service = serviceOf({ maxWaitingJobs: 1 });
    const uploads = [{ source: 'b.md', bytes: Buffer.from('upload') }];
    const first = service.ingestFolder(folder.path, TARGET);
    const second = service.ingestUploads(uploads, TARGET);
    await expect(service.ingestUploads(uploads, TARGET)).rejects.toMatchObject({ code: 'overloaded' });
    expect((await first).documents.added).toBe(1);
    expect((await second).documents.added).toBe(1);
    expect(typesOf().filter((type) => type.startsWith('ingest-'))).toEqual([
      'ingest-started',
      'ingest-finished',
      'ingest-started',
      'ingest-finished',
    ]);
  });

  test('stop on abort, and the next one finishes the work', async () => {
    for (let index = 0; index < 300; index++) folder.write(`${index}.md`, `Document number ${index}.`);
    const service = serviceOf({ commitChunks: 50 });
    const controller = new AbortController();
    const run = service.ingestFolder(folder.path, {
      ...TARGET,
      signal: controller.signal,
      onProgress: (progress) => progress.phase === 'indexing' && controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
    const { documents } = await service.ingestFolder(folder.path, TARGET);
    expect(documents.added + documents.unchanged).toBe(300);
    expect((await retrieval.store.getCollection(TARGET.tenant, TARGET.collection)).documents).toBe(300);
  });

  test('end when the service closes', async () => {
    for (let index = 0; index < 200; index++) folder.write(`${index}.md`, `Document number ${index}.`);
    const service = serviceOf();
    const run = service.ingestFolder(folder.path, TARGET);
    const waiting = service.ingestFolder(folder.path, TARGET);
    const results = Promise.allSettled([run, waiting]);
    await service.close();
    for (const result of await results) expect(result).toMatchObject({ reason: { code: 'closing' } });
  });

  test('go on without a file that fills the memory, and without one that hangs', async () => {
    folder.write('good.md', 'A good document.');
    folder.write('bomb.json', `[${'{"a":[[[[1]]]]},'.repeat(400_000)}1]`);
    folder.write('later.md', 'Another good document.');
    const report = await serviceOf({ memoryLimitMb: 64 }).ingestFolder(folder.path, TARGET);
    expect(report.failed).toMatchObject([{ source: 'bomb.json', code: 'ingest_out_of_memory' }]);
    expect(await find('good document')).toEqual(expect.arrayContaining(['good.md', 'later.md']));
    const { failed } = await serviceOf({ fileTimeoutMs: 100 }).ingestFolder(folder.path, TARGET);
    expect(failed).toMatchObject([{ source: 'bomb.json', code: 'deadline_exceeded' }]);
  });
});

describe('uploads', () => {
  test('are stored beside the folder, and each refusal has its reason', async () => {
    folder.write('a.md', 'from the folder');
    const service = serviceOf();
    await service.ingestFolder(folder.path, TARGET);
    const whole = Buffer.from('xx업로드한 문서입니다.xx');
    const { documents, failed } = await service.ingestUploads(
      [
        { source: '메모/업로드.md', bytes: whole.subarray(2, whole.length - 2), metadata: { team: 'qa' } },
        { source: '../a.md', bytes: Buffer.from('x') },
        { source: 'blob.bin', bytes: Buffer.from([0, 1, 2, 3]) },
      ],
      TARGET,
    );
    expect(documents.added).toBe(1);
    expect(failed.map(({ code }) => code)).toEqual(['path_outside_folder', 'file_type_unsupported']);
    expect((await service.ingestFolder(folder.path, TARGET)).documents.removed).toBe(0);
    const { items } = await retrieval.store.listDocuments(TARGET.tenant, TARGET.collection, { limit: 10 });
    expect(items.map(({ source, origin, metadata }) => [source, origin, metadata])).toEqual([
      ['a.md', 'folder', {}],
      ['메모/업로드.md', 'upload', { team: 'qa' }],
    ]);
  });
});

describe('a change of embedders', () => {
  test('embeds everything anew behind the searches', async () => {
    folder.write('a.md', '# Price\n\nThe price is ten.');
    await serviceOf().ingestFolder(folder.path, TARGET);
    const upstream = await startEmbeddings();
    try {
      const embedder = { kind: 'openai', baseUrl: upstream.url, model: 'tiny' } as const;
      const service = createIngestService({ dataDir: data.path, embedder }, {}, () => {}, retrieval.store);
      open.push(service);
      expect(await service.changeEmbedder(TARGET)).toEqual({ chunksEmbedded: 1 });
      expect(await service.changeEmbedder(TARGET)).toEqual({ chunksEmbedded: 0 });
      const { embedder: id } = await retrieval.store.getCollection(TARGET.tenant, TARGET.collection);
      expect(id).toContain('tiny');
    } finally {
      await upstream.close();
    }
  });
});

describe('a watched folder', () => {
  test('is followed through edits, saves by rename, new rules and removals', async () => {
    folder.write('a.md', 'first');
    const service = serviceOf();
    const watch = watchFolder(folder.path, () => service.ingestFolder(folder.path, TARGET), {
      debounceMs: 30,
    });
    await watch.ready;
    await until(async () => (await sources()).join() === 'a.md');
    folder.write('sub/새.md', 'second');
    await until(async () => (await sources()).join() === 'a.md,sub/새.md');
    folder.write('.a.md.swp', 'edited text');
    renameSync(folder.at('.a.md.swp'), folder.at('a.md'));
    await until(async () => (await find('edited'))[0] === 'a.md');
    folder.write('.gitignore', 'sub/\n');
    await until(async () => (await sources()).join() === 'a.md');
    rmSync(folder.at('a.md'));
    await until(async () => (await sources()).length === 0);
    await watch.close();
    const runs = eventsOf('ingest-started').length;
    folder.write('b.md', 'after the end');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(eventsOf('ingest-started').length).toBe(runs);
  });

  async function sources(): Promise<string[]> {
    const { items } = await retrieval.store
      .listDocuments(TARGET.tenant, TARGET.collection, { limit: 10 })
      .catch(() => ({ items: [] }));
    return items.map(({ source }) => source);
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    const deadlineMs = Date.now() + 60_000;
    while (!(await condition())) {
      if (Date.now() > deadlineMs) throw new Error('the folder was not followed');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});

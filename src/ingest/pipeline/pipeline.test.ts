import { renameSync, rmSync, symlinkSync } from 'node:fs';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryWriter } from '../../../test/support/memory-writer.js';
import { TempFolder } from '../../../test/support/temp-folder.js';
import { NaraeError, systemClock } from '../../core/index.js';
import { type IngestSettings, resolveIngestSettings } from '../options.js';
import type { FailedFile, Upload } from '../spec.js';
import { type RunContext, type RunEvent, runFolder, runUploads } from './index.js';
import { uploadSource } from './upload-names.js';

let folder: TempFolder;
let writer: MemoryWriter;
let events: RunEvent[];

beforeEach(() => {
  folder = new TempFolder();
  writer = new MemoryWriter();
  events = [];
});
afterEach(() => folder.remove());

interface Changes {
  readonly settings?: Partial<IngestSettings>;
  readonly signal?: AbortSignal;
  readonly excluded?: readonly FailedFile[];
  readonly onEvent?: (event: RunEvent) => void;
}

function contextOf({ settings, signal, excluded = [], onEvent }: Changes = {}): RunContext {
  return {
    writer,
    settings: resolveIngestSettings(settings),
    signal: signal ?? new AbortController().signal,
    clock: systemClock,
    emit: (event) => {
      events.push(event);
      onEvent?.(event);
    },
    current: { set: () => {} },
    excluded,
  };
}

const ingest = (changes?: Changes) => runFolder(folder.path, contextOf(changes));
const upload = (uploads: readonly Upload[], changes?: Changes) => runUploads(uploads, contextOf(changes));
const bytes = (text: string) => new TextEncoder().encode(text);

describe('runFolder', () => {
  it('makes the index equal to the folder, again and again', async () => {
    folder.write('guide/시작.md', '# 시작\n\n설치합니다.');
    folder.write('a.md', '# A\n\nOne sentence.');
    folder.write('old.txt', iconv.encode('한글 문서', 'cp949'));
    const first = await ingest();
    expect(first.documents).toEqual({ added: 3, changed: 0, removed: 0, unchanged: 0 });
    expect(first.languages).toEqual({ ko: 2, en: 1 });
    expect(first.chunks.embedded).toBe(3);
    expect([...writer.stored.keys()]).toEqual(['a.md', 'guide/시작.md', 'old.txt']);
    expect(writer.stored.get('old.txt')?.document).toMatchObject({
      text: '한글 문서',
      origin: 'folder',
      bytes: 9,
    });

    const second = await ingest();
    expect(second.documents).toEqual({ added: 0, changed: 0, removed: 0, unchanged: 3 });
    expect(second.version).toBe(first.version);

    folder.write('a.md', '# A\n\nAnother sentence.');
    rmSync(folder.at('old.txt'));
    const third = await ingest();
    expect(third.documents).toEqual({ added: 0, changed: 1, removed: 1, unchanged: 1 });
    expect(third.chunks).toEqual({ embedded: 1, reused: 0, removed: 2 });
    expect(third.version).toBe(first.version + 1);
    expect([...writer.stored.keys()].sort()).toEqual(['a.md', 'guide/시작.md']);
    expect(writer.optimised).toBe(3);
  });

  it('reads everything anew when the chunk settings change', async () => {
    folder.write('a.md', 'text');
    await ingest();
    expect((await ingest({ settings: { chunkTokens: 256 } })).documents.changed).toBe(1);
  });

  it('reports what fails or is skipped, by name, and goes on', async () => {
    folder.write('bad.pdf', '%PDF-1.4 broken');
    folder.write('bad.json', '{');
    folder.write('big.txt', 'x'.repeat(2000));
    folder.write('blob', new Uint8Array([0, 1, 2]));
    folder.write('empty.md', '');
    folder.write('good.md', 'good');
    symlinkSync('nowhere', folder.at('dangling.md'));
    const report = await ingest({ settings: { maxFileBytes: 1000 } });
    expect(report.documents.added).toBe(1);
    expect(report.failed.map(({ source, code }) => [source, code])).toEqual([
      ['dangling.md', 'file_unreadable'],
      ['bad.json', 'file_malformed'],
      ['bad.pdf', 'file_malformed'],
    ]);
    expect(report.failedCount).toBe(3);
    expect(report.skippedByReason).toEqual({ 'too-large': 1, binary: 1, empty: 1 });
    expect(events.filter(({ type }) => type === 'file-failed')).toHaveLength(3);
    expect(JSON.stringify(report)).not.toContain(folder.path);
  });

  it('lets a document go whose file became unreadable for good, and keeps one that is out of reach', async () => {
    for (const name of ['broken.json', 'gone.md', 'loop.md']) folder.write(name, '{"a":1}');
    await ingest();
    folder.write('broken.json', '{{{');
    const report = await ingest({
      onEvent: (event) => {
        if (event.type !== 'progress' || event.progress.phase !== 'indexing') return;
        rmSync(folder.at('gone.md'), { force: true });
        rmSync(folder.at('loop.md'), { force: true });
        symlinkSync('loop.md', folder.at('loop.md'));
      },
    });
    expect(report.failed.map(({ source, code }) => [source, code])).toEqual([
      ['broken.json', 'file_malformed'],
      ['gone.md', 'file_unreadable'],
      ['loop.md', 'file_unreadable'],
    ]);
    expect([...writer.stored.keys()]).toEqual(['loop.md']);
  });

  it('commits as chunks add up, and tells after each commit', async () => {
    for (let index = 0; index < 10; index++) folder.write(`${index}.md`, `Text number ${index}.`);
    await ingest({ settings: { commitChunks: 3, commitIntervalMs: 600_000 } });
    expect(writer.commits.map(({ chunksEmbedded }) => chunksEmbedded)).toEqual([3, 3, 3, 1]);
    expect(events.flatMap((event) => (event.type === 'committed' ? [event.version] : []))).toEqual([
      1, 2, 3, 4,
    ]);
  });

  it('stops on abort and keeps what was committed', async () => {
    for (let index = 0; index < 6; index++) folder.write(`${index}.md`, `Text number ${index}.`);
    const controller = new AbortController();
    const run = ingest({
      signal: controller.signal,
      settings: { commitChunks: 2 },
      onEvent: ({ type }) => type === 'committed' && controller.abort(new NaraeError('aborted')),
    });
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
    expect(writer.stored.size).toBe(2);
  });

  it('does not read an excluded file, and reports it', async () => {
    folder.write('killer.md', 'x');
    const failure = { source: 'killer.md', code: 'ingest_out_of_memory', message: 'too much' } as const;
    const report = await ingest({ excluded: [failure] });
    expect(report.failed).toEqual([failure]);
    expect(report.documents.added).toBe(0);
  });

  it('finds a renamed document unchanged in its chunks', async () => {
    folder.write('a.md', '# Title\n\nBody.');
    await ingest();
    renameSync(folder.at('a.md'), folder.at('b.md'));
    const report = await ingest();
    expect(report.documents).toMatchObject({ added: 1, removed: 1 });
    expect(report.chunks.embedded).toBe(0);
  });
});

describe('runUploads', () => {
  it('adds, replaces and keeps what folders brought', async () => {
    folder.write('a.md', 'from the folder');
    await ingest();
    const first = await upload([{ source: 'notes/b.md', bytes: bytes('# 메모'), metadata: { team: 'qa' } }]);
    expect(first.documents.added).toBe(1);
    expect(writer.stored.get('notes/b.md')?.document).toMatchObject({
      origin: 'upload',
      metadata: { team: 'qa' },
    });
    const again = { source: './notes/b.md', bytes: bytes('# 메모') };
    expect((await upload([{ ...again, metadata: { team: 'qa' } }])).documents.unchanged).toBe(1);
    expect((await upload([{ ...again, metadata: { team: 'dev' } }])).documents.changed).toBe(1);
    expect((await ingest()).documents).toMatchObject({ unchanged: 1, removed: 0 });
    expect(writer.stored.size).toBe(2);
  });

  it('reports every file that it does not take', async () => {
    const report = await upload(
      [
        { source: '../etc/passwd', bytes: bytes('x') },
        { source: 'a.zip', bytes: bytes('PK\u0003\u0004') },
        { source: 'a.xlsx', bytes: bytes('PK\u0003\u0004') },
        { source: 'empty.md', bytes: bytes('') },
        { source: 'big.md', bytes: bytes('x'.repeat(101)) },
        { source: 'good.md', bytes: bytes('good') },
      ],
      { settings: { maxFileBytes: 100 } },
    );
    expect(report.failed.map(({ code }) => code)).toEqual([
      'path_outside_folder',
      'file_type_unsupported',
      'file_type_unsupported',
      'file_malformed',
      'file_too_large',
    ]);
    expect(report.documents.added).toBe(1);
  });
});

describe('uploadSource', () => {
  it.each(['a.md', 'docs/a b.md', 'docs/한글.md'])('takes %s', (name) => {
    expect(uploadSource(name.normalize('NFD'))).toBe(name);
  });

  it.each([
    ['/etc/passwd', 'path_outside_folder'],
    ['a/../../b', 'path_outside_folder'],
    ['..', 'path_outside_folder'],
    ['C:/x', 'path_outside_folder'],
    ['..\\..\\x', 'invalid_name'],
    ['a\0.md', 'invalid_name'],
    ['', 'invalid_name'],
    ['a//b', 'invalid_name'],
    ['dir/', 'invalid_name'],
    ['.', 'invalid_name'],
    ['x'.repeat(1100), 'invalid_name'],
  ])('refuses %.20j', (name, code) => {
    expect(() => uploadSource(name)).toThrow(expect.objectContaining({ code }));
  });
});

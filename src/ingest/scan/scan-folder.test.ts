import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { TempFolder } from '../../../test/support/temp-folder.js';
import type { FailedFile, SkipReason } from '../spec.js';
import { readRegularFile } from './regular-file.js';
import { scanFolder } from './scan-folder.js';

const folders: TempFolder[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): TempFolder {
  const folder = new TempFolder(files);
  folders.push(folder);
  return folder;
}

async function scan(path: string, maxFiles = 1000) {
  const skipped: Record<string, SkipReason> = {};
  const failed: FailedFile[] = [];
  const sink = {
    skip: (source: string, reason: SkipReason) => {
      skipped[source] = reason;
    },
    fail: (failure: FailedFile) => failed.push(failure),
    found: () => {},
  };
  const { files } = await scanFolder(path, { maxFiles, sink });
  return { sources: files.map(({ source }) => source), files, skipped, failed };
}

describe('scanFolder', () => {
  it('lists files in one order, with slashes, in NFC', async () => {
    const folder = folderOf({ 'b/z.md': 'x', 'b.md': 'x', ['a/한글.md'.normalize('NFD')]: 'x', 'a.md': 'x' });
    expect((await scan(folder.path)).sources).toEqual(['a.md', 'a/한글.md', 'b.md', 'b/z.md']);
  });

  it('leaves out hidden files, known binaries and what the rule files name, the deepest rule winning', async () => {
    const folder = folderOf({
      '.gitignore': '*.log\n/build/\n비밀*\n',
      '.naraeignore': 'drafts/\n!keep.log\n!yarn.lock\n',
      '.env': 'x',
      'a.log': 'x',
      'keep.log': 'x',
      'build/out.md': 'x',
      'sub/build/out.md': 'x',
      'sub/.gitignore': '!important.log\nlocal.md\n',
      'sub/important.log': 'x',
      'sub/local.md': 'x',
      'drafts/a.md': 'x',
      ['비밀.md'.normalize('NFD')]: 'x',
      'node_modules/p/readme.md': 'x',
      'yarn.lock': 'x',
      'package-lock.json': '{}',
      'a.png': 'x',
      'a.xlsx': 'x',
    });
    const { sources, skipped } = await scan(folder.path);
    expect(sources).toEqual(['keep.log', 'sub/build/out.md', 'sub/important.log', 'yarn.lock']);
    expect(skipped).toEqual({
      '.gitignore': 'hidden',
      '.naraeignore': 'hidden',
      '.env': 'hidden',
      'sub/.gitignore': 'hidden',
      'a.log': 'ignored',
      'build/': 'ignored',
      'sub/local.md': 'ignored',
      'drafts/': 'ignored',
      '비밀.md': 'ignored',
      'node_modules/': 'ignored',
      'package-lock.json': 'ignored',
      'a.png': 'binary',
      'a.xlsx': 'unsupported',
    });
  });

  it('follows links only within the folder, lists nothing twice, and ends in loops', async () => {
    const outside = folderOf({ 'secret.md': 'x' });
    const folder = folderOf({ 'real/a.md': 'x', '.hidden/v2/b.md': 'x' });
    symlinkSync(outside.path, folder.at('out'));
    symlinkSync(outside.at('secret.md'), folder.at('secret.md'));
    symlinkSync(folder.at('real/a.md'), folder.at('copy.md'));
    symlinkSync('..', folder.at('real/up'));
    symlinkSync('self', folder.at('self'));
    symlinkSync('.hidden/v2', folder.at('current'));
    const { sources, skipped, failed, files } = await scan(folder.path);
    expect(sources).toEqual(['current/b.md', 'real/a.md']);
    expect(skipped).toMatchObject({
      out: 'symlink-outside',
      'secret.md': 'symlink-outside',
      'copy.md': 'ignored',
      'real/up': 'ignored',
    });
    expect(failed).toEqual([expect.objectContaining({ source: 'self', code: 'file_unreadable' })]);
    for (const { path } of files) expect(readRegularFile(path, 100).kind).toBe('content');
  });

  it('never opens a FIFO or a link that took a file’s place', () => {
    const folder = folderOf({ 'a.md': 'x' });
    execFileSync('mkfifo', [folder.at('pipe.md')]);
    symlinkSync(folder.at('a.md'), folder.at('link.md'));
    expect(readRegularFile(folder.at('pipe.md'), 100)).toEqual({ kind: 'special' });
    expect(() => readRegularFile(folder.at('link.md'), 100)).toThrow(/ELOOP/);
    expect(readRegularFile(folder.at('a.md'), 0)).toEqual({ kind: 'too-large' });
  });

  it('reports special files and names that differ only in Unicode form', async () => {
    const name = '각.md';
    const folder = folderOf({ [name.normalize('NFC')]: '1', [name.normalize('NFD')]: '2' });
    execFileSync('mkfifo', [folder.at('pipe.md')]);
    const { sources, skipped, failed } = await scan(folder.path);
    expect(sources).toEqual([name]);
    expect(skipped).toEqual({ 'pipe.md': 'unsupported' });
    expect(failed).toEqual([expect.objectContaining({ source: name, code: 'invalid_name' })]);
  });

  it('goes as deep as the system allows and stops at the limit of files', async () => {
    const folder = folderOf({});
    const deep = Array.from({ length: 400 }, () => 'd').join('/');
    mkdirSync(folder.at(deep), { recursive: true });
    folder.write(`${deep}/end.md`, 'x');
    folder.write('a.md', 'x');
    expect((await scan(folder.path)).sources).toEqual(['a.md', `${deep}/end.md`]);
    await expect(scan(folder.path, 1)).rejects.toMatchObject({ code: 'ingest_failed' });
  });

  it('says what is wrong with the folder itself', async () => {
    const folder = folderOf({ 'a.md': 'x' });
    await expect(scan(folder.at('none'))).rejects.toMatchObject({ code: 'folder_not_found' });
    await expect(scan(folder.at('a.md'))).rejects.toMatchObject({ code: 'not_a_folder' });
  });
});

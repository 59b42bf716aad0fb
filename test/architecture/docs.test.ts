import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { KOREAN_DESCRIPTIONS } from '../../scripts/docs-ko.mjs';
import { renderRegions, replaceRegion } from '../../scripts/docs-render.mjs';
import { ANSWER_GRAPH } from '../../src/answer/index.js';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { EXIT_CODES } from '../../src/cli/exit-codes.js';
import { CONFIG_KEYS } from '../../src/config/index.js';
import { ERROR_TABLE } from '../../src/core/index.js';
import { describeMetrics } from '../../src/observe/index.js';
import { WORKER_METRICS } from '../../src/workers/index.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const FILES = renderRegions({
  configKeys: CONFIG_KEYS,
  errorTable: ERROR_TABLE,
  exitCodes: EXIT_CODES,
  commands: COMMANDS,
  flow: ANSWER_GRAPH.toMermaid(),
  metrics: describeMetrics(),
  workerMetrics: WORKER_METRICS,
});

test.each(Object.entries(FILES))('%s says what the code says (else: npm run docs)', (file, regions) => {
  const text = read(file);
  for (const [name, content] of Object.entries(regions))
    expect(replaceRegion(text, name, content)).toBe(text);
});

test('the errors page has every code', () => {
  const page = read('docs/reference/errors.md');
  const missing = Object.keys(ERROR_TABLE).filter((code) => !page.includes(`| \`${code}\` |`));
  expect(missing).toEqual([]);
});

test('every key is described in Korean, and none that is gone', () => {
  expect(Object.keys(KOREAN_DESCRIPTIONS).sort()).toEqual(CONFIG_KEYS.map(({ key }) => key).sort());
  for (const text of Object.values(KOREAN_DESCRIPTIONS)) expect(text).toMatch(/\p{Script=Hangul}/u);
});

test('every guide has its twin in the other language, with the same sections', () => {
  const guides = readdirSync(join(ROOT, 'docs/guides'));
  const english = guides.filter((name) => !name.endsWith('.ko.md'));
  expect(english.length).toBeGreaterThan(5);
  for (const name of english) {
    const twin = name.replace('.md', '.ko.md');
    expect(guides).toContain(twin);
    expect(outline(read(`docs/guides/${twin}`)), twin).toEqual(outline(read(`docs/guides/${name}`)));
  }
});

/** Levels of the headings, without those in code fences. */
function outline(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/^(#+) /gm)].map(([, marks]) => marks!);
}

test('links between the pages lead somewhere', () => {
  const broken = markdownFiles().flatMap((file) =>
    [
      ...read(file).matchAll(
        /\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)|src(?:set)?="(?!https?:)([^"]+)"/g,
      ),
    ]
      .map(([, link, image]) => join(dirname(file), link ?? image ?? ''))
      .filter((target) => !existsSync(join(ROOT, target)))
      .map((target) => `${file} → ${target}`),
  );
  expect(broken).toEqual([]);
});

test('links to a section lead to a heading', () => {
  const broken = markdownFiles().flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)]
      .filter(([, page, anchor]) => {
        const target = page === '' ? file : join(dirname(file), page!);
        return !anchors(read(target)).includes(decodeURIComponent(anchor!));
      })
      .map(([link]) => `${file}: ${link}`),
  );
  expect(broken).toEqual([]);
});

/** What GitHub calls the sections of a page. */
function anchors(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('the architecture page has every room', () => {
  const page = read('docs/reference/architecture.md');
  const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(rooms.map(({ name }) => name).filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});

test('configuration keys, variables and flags named in the pages exist', () => {
  const variables = new Set(CONFIG_KEYS.map(({ variable }) => variable));
  const unknown = markdownFiles().flatMap((file) =>
    [...read(file).matchAll(/\bNARAE_[A-Z_]+\b/g)]
      .map(([name]) => name)
      .filter((name) => !variables.has(name) && name !== 'NARAE_KEY')
      .map((name) => `${file}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

function markdownFiles(): string[] {
  const folders = ['', 'docs/guides', 'docs/reference', 'docs/decisions'];
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  );
}

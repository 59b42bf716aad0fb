import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/**
 * Rooms from the top to the ground; imports go down only. Rooms on one level know each other's contracts at most.
 * So nobody below `main` can read the configuration: rooms are handed what they need.
 */
const LEVELS = [
  ['cli'],
  ['index', 'rag-chain', 'thread-chain', 'main', 'langgraph'],
  ['compose', 'workers', 'worker'],
  ['config', 'http'],
  ['answer', 'ingest'],
  ['retrieval', 'llm', 'threads', 'tenants', 'lab'],
  ['cache', 'flow'],
  ['redis'],
  ['observe', 'resilience', 'sql'],
  ['core'],
] as const;

/** Files that anybody above may import, besides a room's `index.ts`. */
const CONTRACTS = /^(spec|options)\.ts$/;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

const FILES = (readdirSync(SRC, { recursive: true }) as string[])
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));

const IMPORTS: readonly Import[] = FILES.flatMap(importsOf);

test('every room has its place in the table', () => {
  const rooms = new Set(FILES.map(roomOf));
  const known = new Set<string>(LEVELS.flat());
  expect([...rooms].filter((room) => !known.has(room))).toEqual([]);
});

test('imports go down the table only', () => {
  const upward = IMPORTS.filter(({ from, to }) => {
    const [above, below] = [levelOf(roomOf(from)), levelOf(roomOf(to))];
    if (roomOf(from) === roomOf(to)) return false;
    // The composition files (`main` and the library's entry) are one level and may use each other.
    if (above === below) return above !== levelOf('main') && !isContract(to);
    return below < above && !isContract(to);
  });
  expect(upward.map(show)).toEqual([]);
});

test('rooms are entered through index.ts, spec.ts or options.ts', () => {
  const byWindow = IMPORTS.filter(({ from, to }) => {
    if (roomOf(from) === roomOf(to) || !to.includes('/')) return false;
    const inside = to.slice(to.indexOf('/') + 1);
    return inside !== 'index.ts' && !CONTRACTS.test(inside);
  });
  expect(byWindow.map(show)).toEqual([]);
});

test('no file imports itself by a detour, except for types', () => {
  const graph = new Map<string, string[]>();
  for (const { from, to, isType } of IMPORTS) {
    if (!isType) graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  expect(findCycle(graph)).toBeUndefined();
});

test('only config and main read the environment', () => {
  const readers = FILES.filter((file) => /\bprocess\.env\b/.test(source(file)));
  expect(readers.filter((file) => !['config', 'main'].includes(roomOf(file)))).toEqual([]);
});

test('only the langgraph room imports LangChain', () => {
  const users = FILES.filter((file) => /from '@langchain\//.test(source(file)));
  expect(new Set(users.map(roomOf))).toEqual(new Set(['langgraph']));
});

test('each room opens with a README of a few lines', () => {
  const rooms = new Set(FILES.filter((file) => file.includes('/')).map(roomOf));
  for (const room of rooms) {
    const lines = readFileSync(join(SRC, room, 'README.md'), 'utf8')
      .trim()
      .split('\n');
    expect(lines.length, room).toBeLessThanOrEqual(20);
  }
});

test('the table in CONTRIBUTING.md is this one', () => {
  const text = readFileSync(join(SRC, '../CONTRIBUTING.md'), 'utf8');
  const table = /```\n(cli → .*)\n```/.exec(text)?.[1] ?? '';
  const written = table.split(' → ').map((level) => level.split(', '));
  const asserted = LEVELS.map((level) =>
    level.filter((room) => !['index', 'rag-chain', 'thread-chain'].includes(room)),
  );
  expect(written).toEqual(asserted);
});

test('the scan sees imports', () => {
  expect(IMPORTS).toContainEqual({ from: 'cli/narae.ts', to: 'config/index.ts', isType: false });
  expect(IMPORTS.some(({ to }) => to === 'llm/spec.ts')).toBe(true);
});

function importsOf(from: string): Import[] {
  const pattern =
    /^(?:import|export)\s+(type\s)?(?:[^;'"=]*?\sfrom\s+)?['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]/gm;
  return [...source(from).matchAll(pattern)].map(([, type, plain, dynamic]) => ({
    from,
    to: posix.join(dirname(from), (plain ?? dynamic)!).replace(/\.js$/, '.ts'),
    isType: type !== undefined,
  }));
}

function source(file: string): string {
  return readFileSync(join(SRC, file), 'utf8');
}

function roomOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '');
}

function levelOf(room: string): number {
  return LEVELS.findIndex((level) => (level as readonly string[]).includes(room));
}

function isContract(to: string): boolean {
  return CONTRACTS.test(to.slice(to.indexOf('/') + 1));
}

function show({ from, to }: Import): string {
  return `${from} → ${relative('.', to)}`;
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

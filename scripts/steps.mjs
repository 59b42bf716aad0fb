// Steps shared by start, test and build. Plain Node, no dependencies: they run before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command from the project's root; on failure says which and leaves with its exit code. */
export function run(command, args, { quiet = false, env = {} } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    encoding: 'utf8',
  });
  if (result.status === 0) return;
  if (quiet) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  const reason = result.error?.message ?? `exit code ${result.status ?? result.signal}`;
  console.error(`\n${command} ${args.join(' ')} failed (${reason}).`);
  process.exit(result.status || 1);
}

const PROGRAM = 'scripts/program.vite.ts';

/** Packages of the tools that the lockfile installed. */
const TOOLS = { tsc: 'typescript', vite: 'vite', vitest: 'vitest', biome: '@biomejs/biome' };

/** Runs one of `TOOLS` with this same Node, so that neither a shell nor `npx` is needed. */
export function runTool(tool, args, options) {
  const folder = join(root, 'node_modules', TOOLS[tool]);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  run(process.execPath, [join(folder, typeof bin === 'string' ? bin : bin[tool]), ...args], options);
}

/** `npm ci` when node_modules is missing or older than the lockfile. Needs no install script. */
export function ensureInstalled() {
  checkNode();
  const mark = join(root, 'node_modules', '.narae-lock-hash');
  const wanted = hashFiles([join(root, 'package-lock.json')]);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  console.log('Installing dependencies (once) …');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(mark, wanted);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Narae needs Node.js 20.19 or newer; this is ${process.versions.node}. Get it from https://nodejs.org.`,
  );
  process.exit(1);
}

/** Compiles when a source is newer in content than what was built last. */
export function ensureBuilt({ bench = false } = {}) {
  buildIfStale(
    'server',
    ['src', PROGRAM, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    buildServer,
  );
  buildIfStale('page', ['web', 'package-lock.json'], buildPage);
  if (bench) buildIfStale('bench', ['bench', 'src', 'tsconfig.json'], buildBench);
}

/** `dist` holds the library, file by file; `dist/bin` the command, packed so that it starts fast. */
function buildServer() {
  runTool('tsc', ['-p', 'tsconfig.build.json']);
  runTool('vite', ['build', '--config', PROGRAM, '--logLevel', 'warn']);
}

function buildPage() {
  runTool('vite', ['build', '--config', 'web/vite.config.ts', '--logLevel', 'warn']);
}

function buildBench() {
  runTool('tsc', ['-p', 'bench/tsconfig.json']);
}

function buildIfStale(name, inputs, build) {
  const mark = join(root, 'dist', `.built-${name}`);
  const wanted = hashFiles(inputs.flatMap((input) => listFiles(join(root, input))));
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  console.log(`Building the ${name} …`);
  build();
  mkdirSync(dirname(mark), { recursive: true });
  writeFileSync(mark, wanted);
}

function listFiles(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && entry.name !== 'peers')
    .flatMap((entry) => listFiles(join(path, entry.name)))
    .sort();
}

function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

// Runs a benchmark or an evaluation: `node scripts/run.mjs bench/<name>/main.js [arguments]`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, root } from './steps.mjs';

const [script, ...rest] = process.argv.slice(2);
ensureInstalled();
ensureBuilt({ bench: true });
const compiled = join(root, script.replace(/^bench\//, 'dist-bench/'));
process.argv = [process.argv[0], compiled, ...rest];
await import(pathToFileURL(compiled).href);

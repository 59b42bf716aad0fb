// `npm run docs`: writes the generated parts of README and docs/reference. A test fails while they are out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderRegions, replaceRegion } from './docs-render.mjs';
import { ensureBuilt, ensureInstalled, root } from './steps.mjs';

ensureInstalled();
ensureBuilt();
const { CONFIG_KEYS } = await import('../dist/config/index.js');
const { ERROR_TABLE } = await import('../dist/core/index.js');
const { EXIT_CODES } = await import('../dist/cli/exit-codes.js');
const { COMMANDS } = await import('../dist/cli/commands/index.js');
const { ANSWER_GRAPH } = await import('../dist/answer/index.js');
const { describeMetrics } = await import('../dist/observe/index.js');
const { WORKER_METRICS } = await import('../dist/workers/index.js');

const files = renderRegions({
  configKeys: CONFIG_KEYS,
  errorTable: ERROR_TABLE,
  exitCodes: EXIT_CODES,
  commands: COMMANDS,
  flow: ANSWER_GRAPH.toMermaid(),
  metrics: describeMetrics(),
  workerMetrics: WORKER_METRICS,
});
for (const [file, regions] of Object.entries(files)) {
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  const after = Object.entries(regions).reduce(
    (text, [name, content]) => replaceRegion(text, name, content),
    before,
  );
  if (after === before) continue;
  writeFileSync(path, after);
  console.log(`Wrote ${file}`);
}

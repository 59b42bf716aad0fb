// `npm run docs`: writes the generated parts of README and docs/reference. A test fails while they are out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderRegions, replaceRegion } from './docs-render.mjs';
import { ensureBuilt, ensureInstalled, root } from './steps.mjs';

ensureInstalled();
ensureBuilt();
const [{ CONFIG_KEYS }, { ERROR_TABLE }, { EXIT_CODES }, { COMMANDS }, { ANSWER_GRAPH }] = await Promise.all([
  import('../dist/config/index.js'),
  import('../dist/core/index.js'),
  import('../dist/cli/exit-codes.js'),
  import('../dist/cli/commands/index.js'),
  import('../dist/answer/index.js'),
]);

const files = renderRegions({
  configKeys: CONFIG_KEYS,
  errorTable: ERROR_TABLE,
  exitCodes: EXIT_CODES,
  commands: COMMANDS,
  flow: ANSWER_GRAPH.toMermaid(),
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

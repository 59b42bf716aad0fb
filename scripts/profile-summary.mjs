// Sums up CPU profiles of Node: `node scripts/profile-summary.mjs file.cpuprofile [rows]`. Own time by function and by file.
import { readFileSync } from 'node:fs';

const [file, rows = '40'] = process.argv.slice(2);
if (file === undefined) {
  console.error('Usage: node scripts/profile-summary.mjs file.cpuprofile [rows]');
  process.exit(2);
}
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
const byId = new Map(nodes.map((node) => [node.id, node]));
const byFunction = new Map();
const byFile = new Map();
let busy = 0;
samples.forEach((id, index) => {
  const { functionName, url, lineNumber } = byId.get(id).callFrame;
  if (functionName === '(idle)' || functionName === '(root)') return;
  const micros = timeDeltas[index];
  const place = url.replace(/^.*?(node_modules|dist)\//, '$1/');
  busy += micros;
  add(byFunction, `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`, micros);
  add(byFile, place || functionName, micros);
});
console.log(`busy ${(busy / 1e6).toFixed(2)} s`);
for (const [title, table] of [
  ['by function', byFunction],
  ['by file', byFile],
]) {
  console.log(`\n${title}`);
  const top = [...table].sort((a, b) => b[1] - a[1]).slice(0, Number(rows));
  for (const [name, micros] of top)
    console.log(`${((100 * micros) / busy).toFixed(2).padStart(6)} %  ${name}`);
}

function add(table, key, micros) {
  table.set(key, (table.get(key) ?? 0) + micros);
}

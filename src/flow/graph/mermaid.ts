import { END, START } from '../spec.js';
import type { GraphShape } from './shape.js';

export interface DrawOptions {
  /** Nodes to be set off, those that ran for example. */
  readonly highlight?: readonly string[];
}

/** The graph as a Mermaid flowchart: edges that are always taken are solid, those of routes dotted. */
export function drawMermaid({ nodes, edges, branches }: GraphShape, { highlight = [] }: DrawOptions): string {
  const names = [START, ...nodes.map(({ name }) => name), END];
  const idOf = (name: string): string => `n${names.indexOf(name)}`;
  const lines = names.map((name) => `  ${idOf(name)}${box(name)}`);
  for (const { from, to } of edges) lines.push(`  ${idOf(from)} --> ${idOf(to)}`);
  for (const { from, targets } of branches)
    for (const to of targets) lines.push(`  ${idOf(from)} -.-> ${idOf(to)}`);
  const chosen = highlight.filter((name) => names.includes(name)).map(idOf);
  if (chosen.length > 0)
    lines.push('  classDef highlight stroke-width:3px', `  class ${chosen.join(',')} highlight`);
  return ['flowchart TD', ...lines, ''].join('\n');
}

function box(name: string): string {
  if (name === START) return '(["start"])';
  if (name === END) return '(["end"])';
  return `["${name.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}"]`;
}

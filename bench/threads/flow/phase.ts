import { atMost, type PhaseSettings, type Section, shown, table } from '../phase.js';
import { answerCase } from './answer-case.js';
import { CASES } from './contenders.js';
import { type Figures, measureCase, median } from './measure.js';

/** The figure of ours that a case must keep, in µs of CPU. */
const TARGETS: ReadonlyMap<string, number> = new Map([
  ['a run of 3 nodes in a row', 20],
  ['a token through a custom stream', 1],
]);

/** CPU of a run of a graph, beside LangGraph.js and plain functions. */
export async function flowPhase({ quick }: PhaseSettings): Promise<Section> {
  const rows: string[][] = [];
  const verdicts = [];
  for (const each of [...CASES, answerCase()]) {
    const figures = await measureCase(each, quick ? 3 : 9);
    const plain = median(figures.at(-1)?.us ?? []);
    figures.forEach((own, index) => {
      const times = (median(own.us) / plain).toFixed(1);
      rows.push([index === 0 ? each.name : '', own.name, range(own), times]);
    });
    const target = TARGETS.get(each.name);
    if (target !== undefined)
      verdicts.push(atMost(`flow: ${each.name}, CPU`, median(figures[0]?.us ?? []), target, 'µs'));
  }
  const head = ['what', 'by', 'CPU, µs: median (least–most)', '× plain'];
  return { title: 'The graph runtime', body: table(head, rows), verdicts };
}

function range({ us }: Figures): string {
  const sorted = us.toSorted((a, b) => a - b);
  const [least = 0, most = 0] = [sorted[0], sorted.at(-1)];
  return `${shown(median(us))} (${shown(least)}–${shown(most)})`;
}

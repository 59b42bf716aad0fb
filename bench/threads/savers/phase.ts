import type { PhaseSettings, Section } from '../phase.js';
import { CONTENDERS } from './contenders.js';
import { measure } from './measure.js';
import { judge, type Row, render } from './report.js';

/** LangGraph's checkpoint savers beside each other. */
export async function saversPhase({ quick, redis }: PhaseSettings): Promise<Section> {
  const rows: Row[] = [];
  for (const contender of CONTENDERS) {
    console.error(`  ${contender.name} …`);
    rows.push({ name: contender.name, ...(await measure(contender, redis, quick)) });
  }
  return { title: 'LangGraph savers', body: render(rows), verdicts: judge(rows) };
}

import type { PhaseSettings, Section } from '../phase.js';

export async function chatPhase(_: PhaseSettings): Promise<Section> {
  return { title: 'chat', body: '', verdicts: [] };
}

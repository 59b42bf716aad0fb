import type { PhaseSettings, Section } from '../phase.js';

export async function resumePhase(_: PhaseSettings): Promise<Section> {
  return { title: 'resume', body: '', verdicts: [] };
}

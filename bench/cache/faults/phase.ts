import type { Phase } from '../phase.js';
export const faultsPhase: Phase = async () => ({ title: 'faults', verdicts: [], details: [] });

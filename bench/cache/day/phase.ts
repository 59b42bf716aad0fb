import type { Phase } from '../phase.js';
export const dayPhase: Phase = async () => ({ title: 'day', verdicts: [], details: [] });

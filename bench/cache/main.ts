/** `npm run bench:cache`: see README.md. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dayPhase } from './day/phase.js';
import { faultsPhase } from './faults/phase.js';
import { httpPhase } from './http/phase.js';
import { memoryPhase } from './memory/phase.js';
import { PHASE_NAMES, type PhaseName, readOptions } from './options.js';
import type { Phase } from './phase.js';
import { asMarkdown, type MeasuredPhase, sectionOf } from './report.js';
import { tiersPhase } from './tiers/phase.js';
import { twinsPhase } from './twins/phase.js';

const PHASES: Readonly<Record<PhaseName, Phase>> = {
  http: httpPhase,
  tiers: tiersPhase,
  memory: memoryPhase,
  twins: twinsPhase,
  faults: faultsPhase,
  day: dayPhase,
};
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REPORT = join(ROOT, 'docs/reference/caches.md');

const options = readOptions(ROOT);
const workFolder = mkdtempSync(join(tmpdir(), 'narae-bench-'));
const measured: MeasuredPhase[] = [];
try {
  for (const name of options.phases) {
    const loadBefore = loadavg()[0] ?? 0;
    const startMs = performance.now();
    const ownFolder = join(workFolder, name);
    mkdirSync(ownFolder);
    const report = await PHASES[name]({ ...options, workFolder: ownFolder });
    const phase = { ...report, loadBefore, seconds: (performance.now() - startMs) / 1_000 };
    measured.push(phase);
    console.log(`${sectionOf(phase)}\n`);
  }
} finally {
  rmSync(workFolder, { recursive: true, force: true });
}
if (options.phases.length === PHASE_NAMES.length && !options.quick) {
  writeFileSync(REPORT, asMarkdown(measured, options.command));
  console.log(`Wrote ${REPORT}`);
}

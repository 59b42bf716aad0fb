/** `npm run bench:threads [-- --only flow,stores,savers,chat,resume] [--quick]`: see the README beside this file. */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { RedisServer } from '../support/redis-server.js';
import { chatPhase } from './chat/phase.js';
import { flowPhase } from './flow/phase.js';
import { PHASES, type PhaseName, readOptions } from './options.js';
import type { Phase } from './phase.js';
import { type MeasuredSection, render } from './report.js';
import { resumePhase } from './resume/phase.js';
import { saversPhase } from './savers/phase.js';
import { storesPhase } from './stores/phase.js';

const REPORT = fileURLToPath(new URL('../../docs/reference/conversations.md', import.meta.url));
const RUN: Readonly<Record<PhaseName, Phase>> = {
  flow: flowPhase,
  stores: storesPhase,
  savers: saversPhase,
  chat: chatPhase,
  resume: resumePhase,
};

const options = readOptions(process.argv.slice(2));
const redis = await RedisServer.start();
const sections: MeasuredSection[] = [];
try {
  for (const name of options.phases) {
    console.error(`${name} …`);
    const loadBefore = loadavg()[0] ?? Number.NaN;
    sections.push({ ...(await RUN[name]({ quick: options.quick, redis })), loadBefore });
  }
} finally {
  await redis.stop();
}
const report = render(sections, options.command);
console.log(report);
if (options.phases.length === PHASES.length && !options.quick) writeFileSync(REPORT, report);

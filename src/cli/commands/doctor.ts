import { deriveSignal, NaraeError } from '../../core/index.js';
import { type CommandContext, type CommandDefinition, OK } from '../command.js';
import { type Check, type Finding, failure, type Verdict } from '../doctor/check.js';
import { checkEngines } from '../doctor/engines.js';
import { checkDataFolder, checkServedFolder } from '../doctor/folders.js';
import { checkNode, checkPackages } from '../doctor/installation.js';
import { checkOpenFiles } from '../doctor/limits.js';
import { checkAddress } from '../doctor/network.js';
import { checkRedis } from '../doctor/redis.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import type { Style, Terminal } from '../terminal.js';
import { orAborted } from '../waiting.js';

const CHECKS: readonly (readonly [string, Check])[] = [
  ['Node.js', checkNode],
  ['packages', checkPackages],
  ['open files', checkOpenFiles],
  ['data folder', checkDataFolder],
  ['documents', checkServedFolder],
  ['address', checkAddress],
  ['Redis', checkRedis],
  ['engines', checkEngines],
];

/** Longest that one check may take. */
const CHECK_SECONDS = 15;

const MARKS: Record<Verdict, { readonly mark: string; readonly style: Style }> = {
  ok: { mark: '✓', style: 'green' },
  warning: { mark: '!', style: 'yellow' },
  failure: { mark: '✗', style: 'red' },
};

export const doctorCommand: CommandDefinition = {
  name: 'doctor',
  summary:
    'Check installation, limits, folders, address, Redis, database, embedder and model, and say what to do',
  takesFolder: true,
  options: [{ flags: '--json', description: 'Print the findings as JSON' }],
  shownKeys: ['data.dir', 'server.host', 'server.port', 'llm.provider', 'llm.baseUrl'],
  examples: ['narae doctor', 'narae doctor ./docs --port 9000'],
  run: (context, input) => runChecks(context, input.json === true),
};

async function runChecks(context: CommandContext, asJson: boolean): Promise<ExitCode> {
  const findings: Finding[] = [];
  for (const [subject, check] of CHECKS) {
    const found = await runCheck(subject, check, context);
    findings.push(...found);
    if (!asJson) for (const finding of found) context.terminal.out(`${line(context.terminal, finding)}\n`);
  }
  if (asJson) context.terminal.out(`${JSON.stringify(findings, undefined, 2)}\n`);
  return findings.some(({ verdict }) => verdict === 'failure') ? EXIT_CODES.failed.code : OK;
}

async function runCheck(subject: string, check: Check, context: CommandContext): Promise<readonly Finding[]> {
  const { loaded, loadApp, interrupted } = context;
  using deadline = deriveSignal(interrupted, {
    deadlineMs: CHECK_SECONDS * 1000,
    onDeadline: () =>
      new NaraeError('deadline_exceeded', {
        values: { what: `Checking the ${subject}`, seconds: CHECK_SECONDS },
      }),
  });
  const { signal } = deadline;
  try {
    return await orAborted(check({ config: loaded.config, loadApp, signal }), signal);
  } catch (thrown) {
    if (interrupted.aborted) throw thrown;
    return [failure(subject, thrown)];
  }
}

function line(terminal: Terminal, { verdict, subject, detail }: Finding): string {
  const { mark, style } = MARKS[verdict];
  return `${terminal.style(style, mark)} ${subject.padEnd(12)} ${detail}`;
}

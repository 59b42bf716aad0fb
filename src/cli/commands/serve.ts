import { assertSafeBind, type Config } from '../../config/index.js';
import { toNaraeError } from '../../core/index.js';
import type { IngestProgress, IngestReport } from '../../ingest/spec.js';
import type { Overview } from '../app.js';
import { type CommandContext, type CommandDefinition, OK } from '../command.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import { reportFailure } from '../failure.js';
import { requireFolder } from '../folder.js';
import { followHangUps } from '../hang-ups.js';
import { fewFilesWarning, openFileLimit } from '../open-files.js';
import { progressView } from '../progress/index.js';
import { serveLines } from '../serve-summary.js';
import { orAborted, untilAborted, within } from '../waiting.js';

/** Extra time, beyond the answers' own deadline, in which the parts must have closed. */
const CLOSE_MARGIN_SECONDS = 5;
/** The same for workers, which are killed when they are late. */
const WORKERS_CLOSE_MARGIN_SECONDS = 15;

export const serveCommand: CommandDefinition = {
  name: 'serve',
  summary: 'Index a folder and answer questions about it: page and OpenAI-compatible API',
  takesFolder: true,
  shownKeys: [
    'server.host',
    'server.port',
    'server.allowUnauthenticated',
    'server.workers',
    'data.dir',
    'ingest.collection',
    'ingest.watch',
    'llm.provider',
    'llm.model',
    'llm.baseUrl',
    'log.level',
  ],
  examples: [
    'narae serve ./docs',
    'narae serve ./docs --watch --port 9000',
    'narae serve ./docs --workers 4',
    'OPENAI_BASE_URL=http://127.0.0.1:11434/v1 narae serve ./docs',
  ],
  run: serve,
};

async function serve(context: CommandContext): Promise<ExitCode> {
  const { config } = context.loaded;
  assertSafeBind(config.server);
  if (config.ingest.folder !== undefined) await requireFolder(config.ingest.folder);
  const fewFiles = await fewFilesNote(config);
  const view = progressView(context.terminal);
  const running = await start(context, view.update);
  const hangUps = followHangUps(context, running.reload);
  let wasCut = false;
  context.onSecondInterrupt(() => {
    wasCut = true;
    running.cutOff();
  });
  try {
    context.terminal.note(`Narae is at ${running.url}`);
    if (fewFiles !== undefined) context.terminal.note(fewFiles);
    await tellWhenIndexed(context, running, view.stop);
    await Promise.race([untilAborted(context.interrupted), running.failed ?? NEVER]);
  } finally {
    view.stop();
    await close(context, running, hangUps.config).finally(hangUps[Symbol.dispose]);
  }
  return wasCut ? EXIT_CODES.interrupted.code : OK;
}

const NEVER = new Promise<never>(() => {});

/** A server as this command needs it, in this process or in several. */
interface Serving {
  readonly url: string;
  readonly indexed: Promise<IngestReport | undefined>;
  readonly failed?: Promise<never>;
  overview(): Promise<Overview>;
  /** Absent where one process serves. */
  reload?(config: Config): Promise<string>;
  close(): Promise<void>;
  cutOff(): void;
}

/** One worker is this process itself. */
async function start(
  { loaded: { config }, terminal, loadApp, loadWorkers }: CommandContext,
  onProgress: (progress: IngestProgress) => void,
): Promise<Serving> {
  const onReindexed = ({ documents }: IngestReport): void => {
    const { added, changed, removed } = documents;
    terminal.note(`The folder changed: ${added} new, ${changed} changed, ${removed} removed.`);
  };
  if (config.server.workers === 1) {
    const app = await loadApp();
    return app.startNarae(config, { onProgress, onReindexed });
  }
  const onNotice = (message: string): void => terminal.note(`narae: ${message}`);
  const { startWorkers } = await loadWorkers();
  return startWorkers(config, { onProgress, onReindexed, onNotice });
}

/** Said at the start, since under load the symptom points elsewhere: at clients, and at too many questions. */
async function fewFilesNote({ server }: Config): Promise<string | undefined> {
  const limit = await openFileLimit();
  const warning = limit === undefined ? undefined : fewFilesWarning(limit, server.maxConnections);
  return warning && `narae: ${warning}`;
}

/** A failed run of indexing does not end the server: what was committed earlier still answers. */
async function tellWhenIndexed(context: CommandContext, running: Serving, stop: () => void): Promise<void> {
  const { terminal, interrupted, loaded } = context;
  try {
    const report = await orAborted(Promise.race([running.indexed, running.failed ?? NEVER]), interrupted);
    stop();
    const lines = serveLines(await running.overview(), loaded.config, report);
    terminal.out(`${lines.join('\n')}\n`);
  } catch (thrown) {
    stop();
    if (interrupted.aborted) return;
    reportFailure(terminal, thrown, loaded.config.log.level === 'debug');
    terminal.note(`Still serving what is indexed, at ${running.url}`);
  }
}

async function close({ terminal }: CommandContext, running: Serving, config: Config): Promise<void> {
  terminal.note('Stopping: answers under way may end (Ctrl-C again to cut them off)');
  const { shutdownTimeoutSeconds } = config.server;
  const margin = running.reload === undefined ? CLOSE_MARGIN_SECONDS : WORKERS_CLOSE_MARGIN_SECONDS;
  try {
    await within(running.close(), shutdownTimeoutSeconds + margin, 'Closing');
  } catch (thrown) {
    // Whatever the command ends with, a part that did not close must be heard of.
    terminal.note(`narae: ${toNaraeError(thrown).message}`);
    throw thrown;
  }
}

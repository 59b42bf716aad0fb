import { assertSafeBind, type Config } from '../../config/index.js';
import { toNaraeError } from '../../core/index.js';
import type { RunningNarae } from '../app.js';
import { type CommandContext, type CommandDefinition, OK } from '../command.js';
import type { ExitCode } from '../exit-codes.js';
import { reportFailure } from '../failure.js';
import { requireFolder } from '../folder.js';
import { progressView } from '../progress/index.js';
import { serveLines } from '../serve-summary.js';
import { orAborted, untilAborted, within } from '../waiting.js';

/** Extra time, beyond the answers' own deadline, in which the parts must have closed. */
const CLOSE_MARGIN_SECONDS = 5;

export const serveCommand: CommandDefinition = {
  name: 'serve',
  summary: 'Index a folder and answer questions about it: page and OpenAI-compatible API',
  takesFolder: true,
  shownKeys: [
    'server.host',
    'server.port',
    'server.allowUnauthenticated',
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
    'OPENAI_BASE_URL=http://127.0.0.1:11434/v1 narae serve ./docs',
  ],
  run: serve,
};

async function serve(context: CommandContext): Promise<ExitCode> {
  const { config } = context.loaded;
  assertSafeBind(config.server);
  if (config.ingest.folder !== undefined) await requireFolder(config.ingest.folder);
  const app = await context.loadApp();
  const view = progressView(context.terminal);
  const running = await app.startNarae(config, {
    onProgress: view.update,
    onReindexed: ({ documents }) => {
      const { added, changed, removed } = documents;
      context.terminal.note(`The folder changed: ${added} new, ${changed} changed, ${removed} removed.`);
    },
  });
  try {
    context.terminal.note(`Narae is at ${running.url}`);
    await tellWhenIndexed(context, running, view.stop);
    await untilAborted(context.interrupted);
  } finally {
    view.stop();
    await close(context, running, config);
  }
  return OK;
}

/** A failed run of indexing does not end the server: what was committed earlier still answers. */
async function tellWhenIndexed(
  context: CommandContext,
  running: RunningNarae,
  stop: () => void,
): Promise<void> {
  const { terminal, interrupted, loaded } = context;
  try {
    const report = await orAborted(running.indexed, interrupted);
    stop();
    const lines = await serveLines(running, loaded.config, report);
    terminal.out(`${lines.join('\n')}\n`);
  } catch (thrown) {
    stop();
    if (interrupted.aborted) return;
    reportFailure(terminal, thrown, loaded.config.log.level === 'debug');
    terminal.note(`Still serving what is indexed, at ${running.url}`);
  }
}

async function close({ terminal }: CommandContext, running: RunningNarae, config: Config): Promise<void> {
  terminal.note('Stopping … (Ctrl-C again to stop at once)');
  const seconds = config.server.shutdownTimeoutSeconds + CLOSE_MARGIN_SECONDS;
  try {
    await within(running.close(), seconds, 'Closing');
  } catch (thrown) {
    // Whatever the command ends with, a part that did not close must be heard of.
    terminal.note(`narae: ${toNaraeError(thrown).message}`);
    throw thrown;
  }
}

import { NaraeError } from '../../core/index.js';
import { type CommandContext, type CommandDefinition, OK } from '../command.js';
import type { ExitCode } from '../exit-codes.js';
import { requireFolder } from '../folder.js';
import { withParts } from '../parts.js';
import { progressView } from '../progress/index.js';
import { reportLines } from '../summary.js';

export const ingestCommand: CommandDefinition = {
  name: 'ingest',
  summary: 'Index a folder and stop: new and changed documents in, removed ones out',
  takesFolder: true,
  options: [{ flags: '--json', description: 'Print the report as JSON' }],
  shownKeys: ['data.dir', 'ingest.collection', 'ingest.chunkTokens', 'ingest.maxFileBytes'],
  examples: ['narae ingest ./docs', 'narae ingest ./handbook --collection handbook'],
  run: (context, input) => ingest(context, input.json === true),
};

async function ingest(context: CommandContext, asJson: boolean): Promise<ExitCode> {
  const { folder, collection } = context.loaded.config.ingest;
  if (folder === undefined) {
    throw new NaraeError('usage', { values: { reason: 'Which folder?', help: 'narae ingest --help' } });
  }
  await requireFolder(folder);
  const view = progressView(context.terminal);
  return withParts(context, async ({ ingest: service, store, tenant, changeEmbedders }) => {
    const { interrupted: signal, terminal } = context;
    const options = { tenant, collection, signal, onProgress: view.update };
    const report = await service.ingestFolder(folder, options).finally(view.stop);
    await changeEmbedders(signal);
    if (asJson) terminal.out(`${JSON.stringify(report, undefined, 2)}\n`);
    else terminal.out(`${reportLines(report, await store.getCollection(tenant, collection)).join('\n')}\n`);
    return OK;
  });
}

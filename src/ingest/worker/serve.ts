import type { MessagePort } from 'node:worker_threads';
import { type CallContext, serveWorker, systemClock, type WorkerHandlers } from '../../core/index.js';
import type { IndexWriter } from '../../retrieval/spec.js';
import type { IngestSettings } from '../options.js';
import { type RunContext, type RunEvent, runFolder, runUploads } from '../pipeline/index.js';
import type { IngestReport } from '../spec.js';
import { CurrentFile } from './current-file.js';
import { KeyedLock } from './keyed-lock.js';
import type { IngestJob, IngestMethods } from './protocol.js';

/** The index as the worker needs it. */
export interface IndexAccess {
  openWriter(tenant: string, collection: string): Promise<IndexWriter>;
  readonly changeEmbedder: WorkerHandlers<IngestMethods>['changeEmbedder'];
}

/** The worker's side of ingest. Jobs of one collection follow each other, also when one is still winding up an abort. */
export function serveIngest(port: MessagePort, settings: IngestSettings, index: IndexAccess): void {
  const lock = new KeyedLock();
  serveWorker<IngestMethods>(port, {
    changeEmbedder: index.changeEmbedder,
    run: (job, call) =>
      lock.run(`${job.tenant}\n${job.collection}`, () => runJob(job, call, settings, index)),
  });
}

async function runJob(
  job: IngestJob,
  call: CallContext<RunEvent>,
  settings: IngestSettings,
  index: IndexAccess,
): Promise<IngestReport> {
  const writer = await index.openWriter(job.tenant, job.collection);
  try {
    const context: RunContext = {
      writer,
      settings,
      signal: call.signal,
      clock: systemClock,
      emit: (event) => call.progress(event),
      current: new CurrentFile(job.currentFile),
      excluded: job.excluded,
    };
    const { source } = job;
    return await (source.kind === 'folder'
      ? runFolder(source.folder, context)
      : runUploads(source.uploads, context));
  } finally {
    await writer.close();
  }
}

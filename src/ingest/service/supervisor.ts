import { NaraeError, toNaraeError, type WorkerClient } from '../../core/index.js';
import type { IngestSettings } from '../options.js';
import type { RunEvent } from '../pipeline/index.js';
import type { FailedFile, IngestReport } from '../spec.js';
import { CurrentFile } from '../worker/current-file.js';
import type { IngestMethods, IngestSource } from '../worker/protocol.js';
import { watchForStall } from './stall-watch.js';
import { diedOfMemory, type WorkerHost } from './worker-host.js';

export interface SupervisedJob {
  readonly tenant: string;
  readonly collection: string;
  readonly source: IngestSource;
  readonly signal: AbortSignal | undefined;
  onEvent(event: RunEvent): void;
}

/** Workers that one job may wear out. */
const MAX_ATTEMPTS = 4;

/**
 * Runs a job in the worker. When the worker dies or hangs in a file, that file is reported and the job goes on
 * without it in a new worker; what was committed stays, so only the rest is done again.
 * Rejects with `ingest_out_of_memory`, `deadline_exceeded` or `worker_failed` when that does not help.
 */
export async function superviseJob(
  host: WorkerHost,
  job: SupervisedJob,
  settings: IngestSettings,
): Promise<IngestReport> {
  const excluded: FailedFile[] = [];
  for (let attempt = 1; ; attempt++) {
    const outcome = await host.with((client) => runOnce(client, job, settings, excluded));
    if (outcome.kind === 'done') return outcome.report;
    if (attempt === MAX_ATTEMPTS || job.signal?.aborted) throw outcome.error;
    const { source, error } = outcome;
    if (source !== undefined) excluded.push({ source, code: error.code, message: error.message });
  }
}

type Outcome =
  | { readonly kind: 'done'; readonly report: IngestReport }
  | { readonly kind: 'died'; readonly error: NaraeError; readonly source: string | undefined };

/** Rejects with whatever ended the job while the worker lived on. */
async function runOnce(
  client: WorkerClient<IngestMethods>,
  job: SupervisedJob,
  settings: IngestSettings,
  excluded: readonly FailedFile[],
): Promise<Outcome> {
  const current = new CurrentFile();
  const stall = watchForStall(current, settings.fileTimeoutMs, () => void client.terminate());
  const { source, transfer } = movable(job.source);
  try {
    const { tenant, collection, signal } = job;
    const input = { tenant, collection, source, excluded: [...excluded], currentFile: current.memory };
    const report = await client.call('run', input, { signal, onProgress: job.onEvent, transfer });
    return { kind: 'done', report };
  } catch (thrown) {
    if (client.alive) throw thrown;
    const error = deathError(thrown, stall.stalled ? current.source : undefined, settings);
    return { kind: 'died', error, source: current.source };
  } finally {
    stall.stop();
  }
}

function deathError(thrown: unknown, stalledIn: string | undefined, settings: IngestSettings): NaraeError {
  const seconds = settings.fileTimeoutMs / 1000;
  if (stalledIn !== undefined)
    return new NaraeError('deadline_exceeded', { values: { what: `Reading "${stalledIn}"`, seconds } });
  if (diedOfMemory(thrown))
    return new NaraeError('ingest_out_of_memory', {
      values: { limitMb: settings.memoryLimitMb },
      cause: thrown,
    });
  return toNaraeError(thrown);
}

/** Uploads are copied once and the copies moved: a view into a larger buffer would drag all of it along. */
function movable(source: IngestSource): { source: IngestSource; transfer: ArrayBuffer[] } {
  if (source.kind === 'folder') return { source, transfer: [] };
  const uploads = source.uploads.map((upload) => ({ ...upload, bytes: new Uint8Array(upload.bytes) }));
  return { source: { kind: 'uploads', uploads }, transfer: uploads.map(({ bytes }) => bytes.buffer) };
}

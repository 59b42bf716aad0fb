/** The entry of a worker process: one server among several on the same port and data folder. */
import type { Overview } from '../compose/index.js';
import { startNarae } from '../main.js';
import { mergeSnapshots } from '../observe/index.js';
import { type Fellows, primaryChannel, WorkerLife, type WorkerServer } from '../worker/index.js';
import type { StartOrder } from '../workers/spec.js';

const life = new WorkerLife<Overview>(primaryChannel(), startServer);

// An interrupt from the terminal reaches every process; the primary decides what it means.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
// Meant for this worker alone: it leaves, and the primary puts another one in its place.
process.on('SIGTERM', () => life.leave('hand-over'));

process.exit(await life.over);

async function startServer(order: StartOrder, fellows: Fellows): Promise<WorkerServer<Overview>> {
  const { config, worker, served } = order;
  const running = await startNarae(config, {
    onProgress: (progress) => fellows.progress(progress),
    onReindexed: (report) => fellows.reindexed(report),
    place: {
      worker,
      ...(served && { served }),
      ingestUploads: fellows.ingestUploads,
      leases: fellows.leases,
      metrics: () => fellows.allMetrics(),
      counted: (snapshot) => fellows.counted(snapshot),
    },
  });
  const { parts, lead, metrics } = running;
  return {
    overview: () => running.overview(),
    lead: () => lead.begin(),
    resign: () => lead.close(),
    settle: () => lead.settle(),
    ingestUploads: (uploads, options) => parts.ingest.ingestUploads(uploads, options),
    metrics: () => metrics.snapshot(),
    mergeMetrics: mergeSnapshots,
    close: (how) => running.close(how),
    cutOff: () => running.cutOff(),
  };
}

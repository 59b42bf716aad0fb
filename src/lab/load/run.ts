import { Connections } from './connections.js';
import { type CheckedLoad, checkLoad, type LoadOptions, plannedEnd } from './options.js';
import { Phase } from './phase.js';
import { ProcessMeter } from './process-meter.js';
import { Recorder } from './recorder.js';
import { buildReport, type LoadReport } from './report.js';
import { SnapshotTaker } from './snapshot.js';
import { type Endpoint, endpointOf } from './target.js';

/** Between two looks at the server's memory. */
const METER_MS = 250;

/**
 * Puts load on a server and reports what came back. Failures of requests are part of the report, never thrown;
 * aborting the signal ends the run with what was measured so far.
 * Rejects with `config_invalid` for a bad option, `usage` for a `pid` that cannot be measured.
 */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const load = checkLoad(options);
  const endpoint = endpointOf(load.target);
  const meter = load.pid === undefined ? undefined : new ProcessMeter(load.pid);
  const { connectTimeoutMs } = load;
  const connections = new Connections({ origin: endpoint.origin, connectTimeoutMs });
  try {
    await warmUp(load, endpoint, connections);
    return await measure(load, endpoint, connections, meter);
  } finally {
    await connections.close();
  }
}

async function warmUp(load: CheckedLoad, endpoint: Endpoint, connections: Connections): Promise<void> {
  if (load.warmupRequests === 0) return;
  const { signal, target, timeoutMs, connectTimeoutMs, maxInFlight, snapshotMs } = load;
  const shape = { kind: 'closed', concurrency: 1 } as const;
  const warm = { target, shape, timeoutMs, connectTimeoutMs, maxInFlight, snapshotMs, warmupRequests: 0 };
  const limits = { requests: load.warmupRequests, ...(signal && { signal }) };
  await new Phase({ ...warm, ...limits }, endpoint, connections, new Recorder()).finished();
}

async function measure(
  load: CheckedLoad,
  endpoint: Endpoint,
  connections: Connections,
  meter: ProcessMeter | undefined,
): Promise<LoadReport> {
  const recorder = new Recorder();
  meter?.begin();
  const startedAt = new Date();
  const startCpu = process.cpuUsage();
  const startMs = performance.now();
  const snapshots = new SnapshotTaker(recorder, plannedEnd(load));
  const timers = [
    setInterval(() => load.onSnapshot?.(snapshots.take()), load.snapshotMs),
    setInterval(() => meter?.sample(), METER_MS),
  ];
  try {
    const phase = new Phase(load, endpoint, connections, recorder);
    await phase.finished();
    const { user, system } = process.cpuUsage(startCpu);
    return buildReport({
      load,
      recorder,
      startedAt,
      elapsedMs: performance.now() - startMs,
      dropped: phase.dropped,
      server: meter?.usage(),
      generatorCpuMs: (user + system) / 1000,
    });
  } finally {
    for (const timer of timers) clearInterval(timer);
  }
}

import { readFileSync } from 'node:fs';
import { runLoad } from '../../dist/lab/index.js';
import { WANTED_FILES } from './child.js';
import type { Entrant } from './field.js';
import { OPEN_MODEL } from './workload.js';

const STREAMS = 10_000;
/** Arrivals are spread over this time; a stream stays open three times as long. */
const RAMP_MS = 10_000;
/** Files that a server has open beside two sockets a stream. */
const OWN_FILES = 100;

export interface OpenStreams {
  readonly wanted: number;
  /** As many as the limit of open files allows. */
  readonly started: number;
  readonly peak: number;
  readonly failed: number;
  readonly failures: readonly string[];
  readonly rssPeak: number;
  /** Of the process, where it is below what 10,000 streams take. */
  readonly fileLimit: number | undefined;
}

/** Streams that are all open at once, each for half a minute. */
export async function measureOpenStreams(entrant: Extract<Entrant, { kind: 'ready' }>): Promise<OpenStreams> {
  const pid = entrant.pid as number;
  const fileLimit = openFilesLimit(pid);
  const streams = Math.min(STREAMS, Math.floor((fileLimit - OWN_FILES) / 2));
  const report = await runLoad({
    target: { ...entrant.target, model: OPEN_MODEL },
    shape: { kind: 'closed', concurrency: streams, rampMs: RAMP_MS },
    requests: streams,
    pid,
  });
  return {
    wanted: STREAMS,
    started: streams,
    peak: report.requests.peakInFlight,
    failed: report.requests.failed,
    failures: report.failures.map(({ error, message, count }) => `${count} × ${error}: ${message}`),
    rssPeak: report.server?.rssPeakBytes ?? 0,
    fileLimit: fileLimit < WANTED_FILES ? fileLimit : undefined,
  };
}

function openFilesLimit(pid: number): number {
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 0);
}

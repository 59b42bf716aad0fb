import { readdirSync, readFileSync } from 'node:fs';
import { parseOpenFileLimit } from '../../dist/cli/open-files.js';
import { runLoad } from '../../dist/lab/index.js';
import { PASS_THROUGH, startNarae } from './contenders.js';
import { OPEN_MODEL, PROMPTS } from './workload.js';

const STREAMS = 10_000;
/** Arrivals are spread over this time; a stream stays open three times as long. */
const RAMP_MS = 10_000;
/** A stream's own and its model's. */
const FILES_A_STREAM = 2;
/** For what a server opens beside streams while it is under load. */
const SPARE_FILES = 200;

export interface OpenStreams {
  readonly started: number;
  readonly peak: number;
  readonly failed: number;
  readonly failures: readonly string[];
  /** Of all processes together. */
  readonly rssPeak: number;
  readonly workers: number;
  /** Of one process. */
  readonly fileLimit: number;
}

/** Streams that are all open at once, each for half a minute, on as many processes as the limit of files asks for. */
export async function measureOpenStreams(upstream: string, scratch: string): Promise<OpenStreams> {
  const one = await startNarae(upstream, scratch);
  const { fileLimit, room } = filesOf(one.pid);
  const workers = Math.max(1, Math.ceil(STREAMS / Math.floor(room / FILES_A_STREAM)));
  const server = workers === 1 ? one : await restart(one, () => startNarae(upstream, scratch, workers));
  try {
    const report = await runLoad({
      target: { baseUrl: server.url, model: OPEN_MODEL, prompts: PROMPTS, body: PASS_THROUGH },
      shape: { kind: 'closed', concurrency: STREAMS, rampMs: RAMP_MS },
      requests: STREAMS,
      pid: server.pid,
    });
    return {
      started: STREAMS,
      peak: report.requests.peakInFlight,
      failed: report.requests.failed,
      failures: report.failures.map(({ error, message, count }) => `${count} × ${error}: ${message}`),
      rssPeak: report.server?.rssPeakBytes ?? 0,
      workers,
      fileLimit,
    };
  } finally {
    await server.stop();
  }
}

async function restart<Server>(
  old: { stop(): Promise<void> },
  start: () => Promise<Server>,
): Promise<Server> {
  await old.stop();
  return start();
}

function filesOf(pid: number): { readonly fileLimit: number; readonly room: number } {
  const fileLimit =
    parseOpenFileLimit(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? Number.POSITIVE_INFINITY;
  return { fileLimit, room: fileLimit - readdirSync(`/proc/${pid}/fd`).length - SPARE_FILES };
}

import { type LoadReport, runLoad } from '../../dist/lab/index.js';
import type { Entrant } from './field.js';
import type { BenchOptions } from './options.js';
import { BRISK_MODEL, BURST_MODEL, PACED_MODEL, PACED_STREAM_MS } from './workload.js';

const TIMEOUT_MS = 60_000;
const WARM_UP = { concurrency: 50, durationMs: 5_000 };
/** Before each cell: a system may have taken the memory of a program that waited for its turn. */
const LEAD_IN_MS = 2_000;

type Ready = Extract<Entrant, { kind: 'ready' }>;

/** What one contender did at one level in one round. Milliseconds; memory in bytes. */
export interface Cell {
  readonly firstTokenP50: number;
  readonly firstTokenP99: number;
  /** Of streams that trickle; undefined where no server stands between. */
  readonly pacedCpu: number | undefined;
  /** Of answers that come at once. */
  readonly burstCpu: number | undefined;
  readonly requestsPerSecond: number;
  readonly rssPeak: number | undefined;
  readonly failed: number;
  /** The load generator itself was at its limit. */
  readonly isBusy: boolean;
}

/** Lets the contender's code be compiled, of both kinds of answers, before anything counts. */
export async function warmUp(entrant: Ready): Promise<void> {
  const { concurrency, durationMs } = WARM_UP;
  for (const model of [BURST_MODEL, BRISK_MODEL])
    await load(entrant, model, { shape: { kind: 'closed', concurrency }, durationMs });
}

async function leadIn(entrant: Ready, streams: number): Promise<void> {
  for (const model of [BURST_MODEL, BRISK_MODEL])
    await load(entrant, model, {
      shape: { kind: 'closed', concurrency: streams },
      durationMs: LEAD_IN_MS / 2,
    });
}

export async function measureCell(entrant: Ready, streams: number, options: BenchOptions): Promise<Cell> {
  await leadIn(entrant, streams);
  const paced = await load(entrant, PACED_MODEL, {
    // Spread over the length of a stream, or all would ask at the same moment, again and again.
    shape: { kind: 'closed', concurrency: streams, rampMs: streams === 1 ? 0 : PACED_STREAM_MS },
    durationMs: PACED_STREAM_MS + options.pacedMs,
  });
  const burst = await load(entrant, BURST_MODEL, {
    shape: { kind: 'closed', concurrency: streams },
    durationMs: options.burstMs,
  });
  return {
    firstTokenP50: paced.firstTokenMs.p50,
    firstTokenP99: paced.firstTokenMs.p99,
    pacedCpu: paced.server?.cpuMsPerRequest,
    burstCpu: burst.server?.cpuMsPerRequest,
    requestsPerSecond: burst.throughput.requestsPerSecond,
    rssPeak: paced.server && Math.max(paced.server.rssPeakBytes, burst.server?.rssPeakBytes ?? 0),
    failed: paced.requests.failed + burst.requests.failed,
    isBusy: paced.generator.isBusy,
  };
}

async function load(
  { contender, target, pid }: Ready,
  model: string,
  how: Pick<Parameters<typeof runLoad>[0], 'shape' | 'durationMs' | 'requests'>,
): Promise<LoadReport> {
  const server = pid === undefined ? {} : { pid };
  const report = await runLoad({ target: { ...target, model }, timeoutMs: TIMEOUT_MS, ...server, ...how });
  for (const { count, error, status, message } of report.failures)
    console.error(`${contender.name}: ${count} × ${error} ${status ?? ''} ${message}`);
  return report;
}

/** The middle of each figure, so that one bad moment of a shared machine decides nothing. */
export function medianCell(cells: readonly Cell[]): Cell {
  const of = (pick: (cell: Cell) => number): number => median(cells.map(pick));
  const maybe = (pick: (cell: Cell) => number | undefined): number | undefined => {
    const values = cells.map(pick).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  return {
    firstTokenP50: of((cell) => cell.firstTokenP50),
    firstTokenP99: of((cell) => cell.firstTokenP99),
    pacedCpu: maybe((cell) => cell.pacedCpu),
    burstCpu: maybe((cell) => cell.burstCpu),
    requestsPerSecond: of((cell) => cell.requestsPerSecond),
    rssPeak: maybe((cell) => cell.rssPeak),
    failed: cells.reduce((sum, cell) => sum + cell.failed, 0),
    isBusy: cells.some((cell) => cell.isBusy),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

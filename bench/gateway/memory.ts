import { readFileSync } from 'node:fs';
import { runLoad } from '../../dist/lab/index.js';
import type { Entrant } from './field.js';
import { BURST_MODEL } from './workload.js';

const REQUESTS_PER_SECOND = 150;
const SAMPLE_MS = 1_000;
const PAGE_BYTES = 4096;
/** At the beginning the heap still grows to its working size. */
const SETTLING_SHARE = 0.3;

export interface MemorySlope {
  readonly minutes: number;
  readonly requests: number;
  readonly failed: number;
  readonly rssStart: number;
  readonly rssEnd: number;
  /** Of the straight line that fits the samples best (least squares), the first third left out. */
  readonly bytesPerMinute: number;
}

/** Resident memory under steady load. */
export async function measureMemory(
  { target, pid }: Extract<Entrant, { kind: 'ready' }>,
  minutes: number,
): Promise<MemorySlope> {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(residentBytes(pid as number)), SAMPLE_MS);
  try {
    const report = await runLoad({
      target: { ...target, model: BURST_MODEL },
      shape: { kind: 'rate', perSecond: REQUESTS_PER_SECOND, spacing: 'random' },
      durationMs: minutes * 60_000,
    });
    const { ok: requests, failed } = report.requests;
    const settled = samples.slice(Math.floor(samples.length * SETTLING_SHARE));
    return {
      minutes,
      requests,
      failed,
      rssStart: settled[0] ?? 0,
      rssEnd: settled.at(-1) ?? 0,
      bytesPerMinute: slope(settled) * (60_000 / SAMPLE_MS),
    };
  } finally {
    clearInterval(timer);
  }
}

function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
}

/** Growth from one sample to the next. */
function slope(samples: readonly number[]): number {
  const meanX = (samples.length - 1) / 2;
  const meanY = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  let above = 0;
  let below = 0;
  samples.forEach((sample, x) => {
    above += (x - meanX) * (sample - meanY);
    below += (x - meanX) ** 2;
  });
  return below === 0 ? 0 : above / below;
}

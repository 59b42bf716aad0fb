import { cpuOfProcess } from '../../support/process-figures.js';
import { quantile } from '../figures.js';
import { RawConnection } from './raw-connection.js';

export interface Figures {
  readonly perSecond: number;
  /** Of the server's process, for one request. */
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Target {
  readonly url: string;
  readonly pid: number;
}

/** Asks over and over, on so many connections at once. Rejects when an answer is not 200. */
export async function load(
  { url, pid }: Target,
  body: string,
  connections: number,
  durationMs: number,
): Promise<Figures> {
  const lines = await Promise.all(Array.from({ length: connections }, () => RawConnection.open(url, body)));
  const latencies: number[] = [];
  const cpuBefore = cpuOfProcess(pid);
  const startMs = performance.now();
  const endMs = startMs + durationMs;
  const askOn = async (line: RawConnection): Promise<void> => {
    for (let askedMs = performance.now(); askedMs < endMs; ) {
      await line.ask();
      const nowMs = performance.now();
      latencies.push(nowMs - askedMs);
      askedMs = nowMs;
    }
  };
  await Promise.all(lines.map(askOn));
  const seconds = (performance.now() - startMs) / 1_000;
  const cpuMs = (cpuOfProcess(pid) - cpuBefore) / latencies.length;
  for (const line of lines) line.close();
  return {
    perSecond: latencies.length / seconds,
    cpuMs,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

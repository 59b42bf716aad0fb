import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

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

/** Asks over and over, on so many connections at once. Throws when an answer is not 200. */
export async function load(
  { url, pid }: Target,
  body: string,
  connections: number,
  durationMs: number,
): Promise<Figures> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const latencies: number[] = [];
  const cpuBefore = cpuMsOf(pid);
  const startMs = performance.now();
  const endMs = startMs + durationMs;
  const ask = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const askedMs = performance.now();
      const { statusCode, body: answer } = await pool.request({
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await answer.dump({ limit: 10_000_000 });
      if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`);
      latencies.push(performance.now() - askedMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, ask));
  const seconds = (performance.now() - startMs) / 1_000;
  const cpuMs = (cpuMsOf(pid) - cpuBefore) / latencies.length;
  await pool.close();
  latencies.sort((left, right) => left - right);
  const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? 0;
  return { perSecond: latencies.length / seconds, cpuMs, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** User and system time, from Linux's `/proc`, in steps of 10 ms. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

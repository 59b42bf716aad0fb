import { readdirSync, readFileSync } from 'node:fs';
import { NaraeError } from '../../core/index.js';

/** What a process and its children used. */
export interface ProcessUsage {
  readonly pid: number;
  /** The process and its children, at most as many as were alive at once. */
  readonly processes: number;
  readonly cpuMs: number;
  readonly rssStartBytes: number;
  readonly rssPeakBytes: number;
  readonly rssEndBytes: number;
  /** The process ended before it was read last: its figures stop there. */
  readonly hasEnded: boolean;
}

/** Linux reports times in hundredths of a second (USER_HZ), whatever the kernel's own tick is. */
const TICK_MS = 10;

interface Reading {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

/**
 * Measures a process and its children from `/proc`. CPU and peak count from the construction or the last `begin`, CPU
 * in steps of 10 ms; the peak is that of the samples. Throws `usage` where there is no `/proc`, or no such process.
 */
export class ProcessMeter {
  readonly #pid: number;
  readonly #startCpuMs = new Map<number, number>();
  readonly #lastCpuMs = new Map<number, number>();
  #rssStartBytes = 0;
  #rssPeakBytes = 0;
  #rssEndBytes = 0;
  #processes = 0;
  #hasEnded = false;

  constructor(pid: number, platform: string = process.platform) {
    if (platform !== 'linux') throw refused(`--pid needs Linux (/proc); this is ${platform}. Leave it out.`);
    this.#pid = pid;
    if (!readProcess(pid)) throw refused(`There is no process ${pid} that may be read.`);
    this.begin();
  }

  /** Counts from now on: what went before, such as a warm-up, is forgotten. */
  begin(): void {
    this.#startCpuMs.clear();
    this.#lastCpuMs.clear();
    this.#rssPeakBytes = 0;
    this.#processes = 0;
    for (const [id, { cpuMs }] of readTree(this.#pid)) this.#startCpuMs.set(id, cpuMs);
    this.sample();
    this.#rssStartBytes = this.#rssEndBytes;
  }

  /** Looks once; a few times a second is enough. */
  sample(): void {
    const tree = readTree(this.#pid);
    this.#hasEnded = tree.size === 0;
    if (this.#hasEnded) return;
    let rssBytes = 0;
    for (const [id, reading] of tree) {
      this.#lastCpuMs.set(id, reading.cpuMs);
      rssBytes += reading.rssBytes;
    }
    this.#processes = Math.max(this.#processes, tree.size);
    this.#rssEndBytes = rssBytes;
    this.#rssPeakBytes = Math.max(this.#rssPeakBytes, rssBytes);
  }

  usage(): ProcessUsage {
    this.sample();
    let cpuMs = 0;
    for (const [id, last] of this.#lastCpuMs) cpuMs += last - (this.#startCpuMs.get(id) ?? 0);
    return {
      pid: this.#pid,
      processes: this.#processes,
      cpuMs,
      rssStartBytes: this.#rssStartBytes,
      rssPeakBytes: this.#rssPeakBytes,
      rssEndBytes: this.#rssEndBytes,
      hasEnded: this.#hasEnded,
    };
  }
}

/** A process and all below it, by id; empty once it has ended. */
function readTree(pid: number): Map<number, Reading> {
  const found = new Map<number, Reading>();
  const waiting = [pid];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const reading = found.has(id) ? undefined : readProcess(id);
    if (!reading) continue;
    found.set(id, reading);
    waiting.push(...childrenOf(id));
  }
  return found;
}

function readProcess(pid: number): Reading | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name, in parentheses, may hold spaces; the fields after it are counted from 3 in proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Ended, and kept only until its parent asks how.
  if (fields[0] === 'Z') return undefined;
  const field = (number: number): number => Number(fields[number - 3]);
  return { cpuMs: (field(14) + field(15)) * TICK_MS, rssBytes: readRss(pid) };
}

/** In bytes, from kilobytes: `stat` counts pages, whose size differs between machines. */
function readRss(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      (readText(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function refused(reason: string): NaraeError {
  return new NaraeError('usage', { field: 'pid', values: { reason, help: 'narae bench --help' } });
}

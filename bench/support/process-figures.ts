import { readFileSync } from 'node:fs';

/** Ticks of /proc's clock a second: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Milliseconds of CPU, user and system, that a process has used; NaN where there is no /proc. */
export function cpuOfProcess(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1_000;
  } catch {
    return Number.NaN;
  }
}

/** Bytes of memory that a process holds now, and has held at most; NaN where there is no /proc. */
export function memoryOfProcess(pid: number): { readonly now: number; readonly peak: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (name: string): number =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1_024;
    return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
  } catch {
    return { now: Number.NaN, peak: Number.NaN };
  }
}

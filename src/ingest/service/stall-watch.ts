import type { CurrentFile } from '../worker/current-file.js';

export interface StallWatch {
  readonly stalled: boolean;
  stop(): void;
}

/** Calls `onStall` once when a worker has been in the same file for longer than `limitMs`. */
export function watchForStall(current: CurrentFile, limitMs: number, onStall: () => void): StallWatch {
  let turn = current.turn;
  let sinceMs = performance.now();
  let stalled = false;
  const timer = setInterval(check, Math.min(1000, limitMs / 4)).unref();
  return {
    get stalled() {
      return stalled;
    },
    stop: () => clearInterval(timer),
  };

  function check(): void {
    const nowMs = performance.now();
    if (current.turn !== turn || current.source === undefined) {
      turn = current.turn;
      sinceMs = nowMs;
    } else if (nowMs - sinceMs > limitMs) {
      stalled = true;
      clearInterval(timer);
      onStall();
    }
  }
}

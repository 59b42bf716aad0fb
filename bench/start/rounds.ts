import { setTimeout as sleep } from 'node:timers/promises';
import { type StartedProcess, start } from './process.js';

const QUIET_MS = 5_000;
const POLL_MS = 2;
const QUESTION = 'baceha fogu? 가나 다라마';

/** Milliseconds from making the process; memory in MB. */
export interface StartFigures {
  readonly listeningMs: number;
  readonly readyMs: number;
  readonly readyCpuMs: number;
  readonly answerMs: number;
}

export interface IdleFigures {
  readonly idleMb: number;
  readonly afterAnswerMb: number;
}

/** One start of the command, up to its first answer. */
export async function measureStart(args: readonly string[]): Promise<StartFigures> {
  const running = await start(args);
  try {
    await untilReady(running.url);
    const readyMs = performance.now() - running.startedMs;
    const readyCpuMs = running.cpuMs();
    await ask(running.url);
    const answerMs = performance.now() - running.startedMs;
    return { listeningMs: running.listeningMs, readyMs, readyCpuMs, answerMs };
  } finally {
    await running.stop();
  }
}

/** Memory of one process after a quiet while, before and after its first answer. */
export async function measureIdle(args: readonly string[]): Promise<IdleFigures> {
  const running = await start(args);
  try {
    const idleMb = await quietMemory(running);
    await ask(running.url);
    return { idleMb, afterAnswerMb: await quietMemory(running) };
  } finally {
    await running.stop();
  }
}

/** What Node itself takes: a server of one line. */
export async function measureBare(): Promise<{ listeningMs: number; idleMb: number }> {
  const script = `require('node:http').createServer((q, s) => s.end()).listen(0, '127.0.0.1', function () {
    console.log('http://127.0.0.1:' + this.address().port) })`;
  const running = await start(['-e', script]);
  try {
    return { listeningMs: running.listeningMs, idleMb: running.rssMb() };
  } finally {
    await running.stop();
  }
}

async function quietMemory(running: StartedProcess): Promise<number> {
  await sleep(QUIET_MS);
  return running.rssMb();
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/readyz`);
    await response.arrayBuffer();
    if (response.ok) return;
    await sleep(POLL_MS);
  }
}

async function ask(url: string): Promise<void> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: QUESTION }] }),
  });
  if (!response.ok) throw new Error(`no answer: ${await response.text()}`);
  await response.arrayBuffer();
}

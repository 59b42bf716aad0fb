import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'undici';
import { type Asked, ask } from '../nodes/ask.js';
import { type Substance, substanceOf } from './oracle.js';
import type { PlannedQuestion } from './plan.js';

export interface Replayed extends Omit<Asked, 'text'> {
  readonly planned: PlannedQuestion;
  readonly askedAtMs: number;
  /** Absent where it failed. */
  readonly substance: Substance | undefined;
}

/** Asks what is planned at its times; times count from when each should have been asked. Waits for all answers. */
export async function replay(pool: Pool, plan: readonly PlannedQuestion[]): Promise<Replayed[]> {
  const startMs = performance.now() - (plan[0]?.atMs ?? 0);
  const asked: Promise<Replayed>[] = [];
  for (const planned of plan) {
    const dueMs = startMs + planned.atMs;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    asked.push(askPlanned(pool, planned, dueMs));
  }
  return Promise.all(asked);
}

async function askPlanned(pool: Pool, planned: PlannedQuestion, dueMs: number): Promise<Replayed> {
  const askedAtMs = performance.now();
  const { text, ...asked } = await ask(pool, planned.text, { fromMs: dueMs });
  return { ...asked, planned, askedAtMs, substance: asked.ok ? read(text) : undefined };
}

interface Body {
  readonly choices: readonly [{ readonly message: { readonly content: string } }];
  readonly narae: {
    readonly sources?: readonly { readonly id: string; readonly text: string }[];
    readonly collection_version?: number;
  };
}

function read(body: string): Substance {
  const { choices, narae } = JSON.parse(body) as Body;
  return substanceOf(choices[0].message.content, narae.sources ?? [], narae.collection_version ?? -1);
}

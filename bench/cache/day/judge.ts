import type { Substance } from './oracle.js';
import type { Replayed } from './replay.js';

/** What the documents said during a part of the day. */
export interface Truth {
  readonly version: number;
  readonly answers: ReadonlyMap<string, Substance>;
}

/** A part of the day, from one change of the documents to the next. */
export interface DayPart {
  readonly replayed: readonly Replayed[];
  /** Before the change that the part begins with, as far as it is needed; none for the first. */
  readonly before: Truth | undefined;
  readonly after: Truth;
  /** From then on every answer must know the version of `after`. */
  readonly settledAtMs: number;
}

export interface Judgement {
  readonly asked: number;
  readonly failed: number;
  /** From the cache, or joined. */
  readonly reused: number;
  /** Reused, and not what a fresh run gives at the version that the answer names. */
  readonly wrong: number;
  /** Reused at an older version than the one that was there when the question came. */
  readonly outdated: number;
  /** Reused at a version that only existed for a moment: no fresh run can be made of it. */
  readonly unclear: number;
  /** Share of questions that were asked before in the same words. */
  readonly repeats: number;
  /** … and whose evidence is as it was then: what a cache without semantic reuse can save at most. */
  readonly ceiling: number;
  /** Share whose intent was met before on the same evidence, in whatever words. */
  readonly paraphraseCeiling: number;
}

const REUSED = new Set(['hit', 'joined', 'stale']);

export function isReused({ outcome }: Pick<Replayed, 'outcome'>): boolean {
  return REUSED.has(outcome);
}

export function judge(parts: readonly DayPart[]): Judgement {
  const all = parts.flatMap(({ replayed }) => replayed);
  const verdicts = parts.flatMap((part) => part.replayed.filter(isReused).map((one) => verdictOf(one, part)));
  const count = (verdict: Verdict): number => verdicts.filter((one) => one === verdict).length;
  return {
    asked: all.length,
    failed: all.filter(({ ok }) => !ok).length,
    reused: verdicts.length,
    wrong: count('wrong'),
    outdated: count('outdated'),
    unclear: count('unclear'),
    repeats: shareSeen(parts, ({ planned }) => planned.text),
    ceiling: shareSeen(parts, ({ planned }, evidence) => `${planned.text}\0${evidence}`),
    paraphraseCeiling: shareSeen(parts, ({ planned }, evidence) => `${planned.intent}\0${evidence}`),
  };
}

type Verdict = 'right' | 'wrong' | 'outdated' | 'unclear';

function verdictOf(
  { substance, planned, askedAtMs }: Replayed,
  { before, after, settledAtMs }: DayPart,
): Verdict {
  if (substance === undefined) return 'wrong';
  if (askedAtMs >= settledAtMs && substance.version < after.version) return 'outdated';
  const truth = [after, before].find((one) => one?.version === substance.version);
  const fresh = truth?.answers.get(planned.text);
  if (fresh === undefined) return 'unclear';
  return fresh.whole === substance.whole ? 'right' : 'wrong';
}

/** Share of questions of which the name came before. */
function shareSeen(parts: readonly DayPart[], nameOf: (one: Replayed, evidence: string) => string): number {
  const seen = new Set<string>();
  let [again, total] = [0, 0];
  for (const { replayed, after } of parts)
    for (const one of replayed) {
      const evidence = after.answers.get(one.planned.text)?.evidence ?? '';
      const name = nameOf(one, evidence);
      if (seen.has(name)) again++;
      seen.add(name);
      total++;
    }
  return again / total;
}

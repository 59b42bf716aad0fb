import { atMost, type PhaseSettings, type Verdict } from '../phase.js';
import { answer, names } from './answer.js';
import { SUBJECTS, type Subject } from './subjects.js';
import { TURN_BYTES, type TurnKind, turnMaker } from './text.js';

const KINDS: readonly TurnKind[] = ['text', 'random'];
const LENGTHS = [10, 200] as const;
const LIMIT = 2;

export const SIZE_HEAD = [
  'stored ÷ words',
  ...KINDS.flatMap((kind) => LENGTHS.map((turns) => `${turns} turns, ${wordsOf(kind)}`)),
];

export async function measureSizes(
  settings: PhaseSettings,
): Promise<{ rows: string[][]; verdicts: Verdict[] }> {
  const rows: string[][] = [];
  const verdicts: Verdict[] = [];
  for (const open of SUBJECTS) {
    let name = '';
    const cells: string[] = [];
    for (const kind of KINDS)
      for (const turns of LENGTHS) {
        const subject = await open(settings.redis);
        name = subject.name;
        const ratio = await measureRatio(subject, kind, turns, settings.quick ? 4 : 25);
        cells.push(ratio.toFixed(2));
        verdicts.push(
          atMost(`threads, ${name}: stored ÷ words, ${turns} turns, ${wordsOf(kind)}`, ratio, LIMIT, '×'),
        );
      }
    rows.push([name, ...cells]);
  }
  return { rows, verdicts };
}

/** As turns come in a service: one of each thread, again and again. */
async function measureRatio(subject: Subject, kind: TurnKind, turns: number, count: number): Promise<number> {
  const threads = names(`${kind}-${turns}`, count);
  const make = turnMaker(kind);
  for (let turn = 1; turn <= turns; turn++)
    for (const [at, thread] of threads.entries()) await answer(subject.store, thread, make(turn * at));
  const stored = await subject.storedBytes(threads);
  await subject.close();
  return stored / (threads.length * turns * TURN_BYTES);
}

function wordsOf(kind: TurnKind): string {
  return kind === 'text' ? 'text' : 'random letters';
}

import type { Intent } from './questions.js';
import { zipf } from './random.js';
import { readLines } from './read-data.js';

const TRACE = 'trace-azure-llm-2023/AzureLLMInferenceTrace_conv.csv.gz';
/** Of the questions that have other wordings, so many are asked in one of them. */
const REWORDED_SHARE = 0.3;

export interface PlannedQuestion {
  /** From the start of the day, as replayed. */
  readonly atMs: number;
  readonly intent: number;
  readonly text: string;
}

/** The questions of the day at the trace's times, so many times as fast. */
export function planDay(
  folder: string,
  intents: readonly Intent[],
  { questions, speed }: { readonly questions: number; readonly speed: number },
  random: () => number,
): PlannedQuestion[] {
  const arrivals = readArrivals(folder).slice(0, questions);
  const draw = zipf(intents.length, random);
  return arrivals.map((arrivalMs) => {
    const intent = draw();
    const wordings = intents[intent] as Intent;
    const wording = random() < REWORDED_SHARE ? Math.floor(random() * wordings.length) : 0;
    return { atMs: arrivalMs / speed, intent, text: wordings[wording] as string };
  });
}

/** Milliseconds from the first. */
function readArrivals(folder: string): number[] {
  const [, ...rows] = readLines(folder, TRACE);
  const times = rows.map((row) => Date.parse(`${row.split(',')[0]?.slice(0, 23).replace(' ', 'T')}Z`));
  return times.map((time) => time - (times[0] ?? 0));
}

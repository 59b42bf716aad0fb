import { type BackgroundTasks, BatchIterator } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import { type Answer, AnswerCollector } from '../collect.js';
import type { OpenedAnswer } from '../opened-answer.js';
import { type ShadowOptions, type ShadowReport, ShadowSampler } from '../reuse/index.js';

/** Models asked at once beside what people wait for; a sampled reuse that finds no place is not compared. */
const MAX_AT_ONCE = 2;

/** A reused answer, and how the model's own comes about. */
export interface ShadowTrial {
  /** Of the answer that the model would write. */
  readonly id: string;
  readonly asked: string;
  readonly keptQuestion: string;
  readonly reusedAnswer: string;
  readonly emit: EventSink;
  readonly write: (signal: AbortSignal) => Promise<OpenedAnswer>;
}

/** For a sampled share of reused answers, asks the model as well, once the reused one is out, and compares. */
export class Shadow {
  readonly #sampler: ShadowSampler;
  readonly #background: BackgroundTasks | undefined;
  readonly #underWay = new Set<string>();

  constructor(options: ShadowOptions, background: BackgroundTasks | undefined, random?: () => number) {
    this.#sampler = new ShadowSampler(options, random);
    this.#background = background;
  }

  report(): ShadowReport {
    return this.#sampler.report();
  }

  /** The reused answer, followed by a comparison where it is sampled. */
  follow(reused: OpenedAnswer, trial: ShadowTrial): OpenedAnswer {
    if (!this.#sampler.isSampled()) return reused;
    return { ...reused, body: afterwards(reused.body, () => this.#begin(trial)) };
  }

  #begin(trial: ShadowTrial): void {
    if (this.#underWay.size >= MAX_AT_ONCE || this.#underWay.has(trial.id)) return;
    this.#underWay.add(trial.id);
    const over = (): boolean => this.#underWay.delete(trial.id);
    const run = (signal: AbortSignal): Promise<void> => this.#compare(trial, signal).finally(over);
    if (!this.#background?.run('shadow answer', run)) over();
  }

  async #compare(
    { asked, keptQuestion, reusedAnswer, emit, write }: ShadowTrial,
    signal: AbortSignal,
  ): Promise<void> {
    const fresh = await write(signal)
      .then(collected)
      .catch(() => undefined);
    if (fresh === undefined || !isOwn(fresh))
      return emit({ type: 'answer-reuse-checked', outcome: 'failed' });
    const outcome = this.#sampler.record({
      asked,
      kept: keptQuestion,
      reusedAnswer,
      freshAnswer: fresh.text,
    });
    if (outcome.kind === 'same') emit({ type: 'answer-reuse-checked', outcome: 'same' });
    else emit({ type: 'answer-reuse-checked', outcome: 'different', difference: outcome.by });
  }
}

/** Whole, and of the model that was asked: a stand-in proves nothing. */
function isOwn({ finishReason, writer, model }: Answer): boolean {
  return finishReason === 'stop' && writer.model === model && writer.staleSinceMs === undefined;
}

async function collected({ head, body }: OpenedAnswer): Promise<Answer> {
  const opened = await body;
  const collector = new AnswerCollector();
  for (const part of [...head, ...opened.first]) collector.add(part);
  for await (const batch of new BatchIterator(opened)) for (const part of batch) collector.add(part);
  return collector.answer();
}

/** Calls `run` when everything has been handed on. */
async function afterwards(body: OpenedAnswer['body'], run: () => void): OpenedAnswer['body'] {
  const opened = await body;
  return {
    first: opened.first,
    pipe: (sink) =>
      opened.pipe({
        push: (batch) => sink.push(batch),
        fail: (error) => sink.fail(error),
        end: () => {
          sink.end();
          run();
        },
      }),
  };
}

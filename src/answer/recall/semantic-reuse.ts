import { abortSignalOf, type BackgroundTasks } from '../../core/index.js';
import type { OpenedAnswer } from '../opened-answer.js';
import type { ShadowReport } from '../reuse/index.js';
import type { Run } from '../run.js';
import type { Asked, Draft, Posed } from './asked.js';
import type { AnswerEntry } from './entry.js';
import type { KeptAnswer } from './kept.js';
import type { KeptAnswers } from './kept-answers.js';
import type { SemanticOptions } from './options.js';
import { Shadow } from './shadow.js';
import { type Similar, SimilarAnswers } from './similar.js';

export interface SemanticReport extends ShadowReport {
  /** Questions whose answers may be reused, in this process. */
  readonly questions: number;
  /** Memory that they take, about. */
  readonly bytes: number;
}

export type SemanticOutcome =
  /** `follow` has the reuse checked, if it is sampled, once the answer is out. */
  | {
      readonly kind: 'reuse';
      readonly kept: KeptAnswer;
      readonly follow: (reused: OpenedAnswer) => OpenedAnswer;
    }
  /** To be written, and perhaps reused later. */
  | { readonly kind: 'write'; readonly draft: Draft };

/** One answer for questions that mean the same, and how often that was wrong. */
export class SemanticReuse {
  readonly #similar: SimilarAnswers;
  readonly #shadow: Shadow;
  readonly #write: (draft: Draft) => Promise<OpenedAnswer>;

  /** `write`: has the model write an answer as if there were no reuse. */
  constructor(
    options: SemanticOptions,
    answers: KeptAnswers,
    write: (draft: Draft) => Promise<OpenedAnswer>,
    background: BackgroundTasks | undefined,
  ) {
    this.#similar = new SimilarAnswers(options, answers);
    this.#shadow = new Shadow(options.shadow, background);
    this.#write = write;
  }

  report(): SemanticReport {
    return { ...this.#shadow.report(), ...this.#similar.size };
  }

  /** Looks for an answer to a question that means the same, on the same evidence. */
  async find(draft: Draft): Promise<SemanticOutcome> {
    const { run, asked, prompt } = draft;
    const posed = await this.#similar.pose(run, asked, abortSignalOf(run.signal));
    if (posed === undefined) return { kind: 'write', draft };
    const found = asked.plan.reads ? await this.#similar.find(run, prompt, posed) : undefined;
    if (found?.kind === 'reuse') return this.#reuse({ ...draft, posed }, posed, found);
    return { kind: 'write', draft: { ...draft, posed, ...(found && { missReason: found.reason }) } };
  }

  learn(posed: Posed, answerId: string, entry: AnswerEntry): void {
    this.#similar.learn(posed, answerId, entry);
  }

  /** The same of an answer that was found by its very question; nobody waits for it. */
  learnLater(run: Run, asked: Asked, answerId: string, entry: AnswerEntry): void {
    void this.#similar.pose(run, asked).then((posed) => posed && this.learn(posed, answerId, entry));
  }

  #reuse(
    draft: Draft,
    posed: Posed,
    { kept, keptQuestion }: Extract<Similar, { kind: 'reuse' }>,
  ): SemanticOutcome {
    const { run, id } = draft;
    const trial = {
      id,
      asked: posed.question,
      keptQuestion,
      reusedAnswer: kept.entry.text,
      emit: run.emit,
      write: (signal: AbortSignal) => this.#write({ ...draft, run: { ...run, signal, timings: {} } }),
    };
    return { kind: 'reuse', kept, follow: (reused) => this.#shadow.follow(reused, trial) };
  }
}

import { defaultShadowOptions, type ShadowOptions } from '../options.js';
import { type AnswerComparison, compareAnswers } from './compare-answers.js';
import { type Interval, wilsonInterval } from './wilson.js';

/** How often reuse was wrong, as far as the sampled hits tell. */
export interface ShadowReport {
  /** Hits that the sampler was asked about. */
  readonly hits: number;
  /** Hits for which the model's own answer was compared, ever. */
  readonly compared: number;
  /** Of the last `window` comparisons, those in which the answers said different things. */
  readonly falseHits: number;
  /** `falseHits` by the last `window` comparisons; absent before the first. */
  readonly falseHitRate?: number;
  /** 95 % confidence (Wilson) of the rate. */
  readonly interval: Interval;
  /** The newest pairs that differed, newest last, for somebody to read. */
  readonly examples: readonly ShadowExample[];
}

export interface ShadowExample {
  readonly asked: string;
  readonly kept: string;
  readonly why: string;
}

export interface ShadowTrial {
  readonly asked: string;
  /** The question whose answer was reused. */
  readonly kept: string;
  readonly reusedAnswer: string;
  readonly freshAnswer: string;
}

const MAX_EXAMPLES = 20;
const EXAMPLE_CHARACTERS = 500;

/**
 * Measures reuse while it runs: says for which hits the model is to be run too, and keeps the outcomes. Knows no
 * model and no clock; whoever serves answers runs the model, after the reused answer went out.
 */
export class ShadowSampler {
  readonly #options: ShadowOptions;
  readonly #random: () => number;
  readonly #outcomes: AnswerComparison['kind'][] = [];
  readonly #examples: ShadowExample[] = [];
  #hits = 0;
  #compared = 0;

  /** `random` gives numbers from 0 to below 1. */
  constructor(options: Partial<ShadowOptions> = {}, random: () => number = Math.random) {
    this.#options = { ...defaultShadowOptions, ...options };
    this.#random = random;
  }

  /** Counts a hit, and says whether the model is to be run for it too. */
  isSampled(): boolean {
    this.#hits++;
    return this.#random() < this.#options.sampleRate;
  }

  /** Takes the outcome of a sampled hit. */
  record(trial: ShadowTrial): AnswerComparison {
    const comparison = compareAnswers(trial.reusedAnswer, trial.freshAnswer);
    this.#compared++;
    keep(this.#outcomes, comparison.kind, this.#options.window);
    if (comparison.kind === 'different') keep(this.#examples, exampleOf(trial, comparison.why), MAX_EXAMPLES);
    return comparison;
  }

  report(): ShadowReport {
    const trials = this.#outcomes.length;
    const falseHits = this.#outcomes.filter((kind) => kind === 'different').length;
    return {
      hits: this.#hits,
      compared: this.#compared,
      falseHits,
      ...(trials > 0 && { falseHitRate: falseHits / trials }),
      interval: wilsonInterval(falseHits, trials),
      examples: [...this.#examples],
    };
  }
}

function keep<Item>(list: Item[], item: Item, limit: number): void {
  list.push(item);
  if (list.length > limit) list.shift();
}

function exampleOf({ asked, kept }: ShadowTrial, why: string): ShadowExample {
  return { asked: asked.slice(0, EXAMPLE_CHARACTERS), kept: kept.slice(0, EXAMPLE_CHARACTERS), why };
}

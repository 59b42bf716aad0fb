import type { Found } from '../../cache/spec.js';
import type { LlmModel } from '../../llm/index.js';
import type { EventSink } from '../../observe/index.js';
import { decideReuse, type KeptQuestion, type ReuseCandidate, ReuseIndex } from '../reuse/index.js';
import type { Run } from '../run.js';
import type { Prompt } from '../write-prompt.js';
import type { Asked, Posed } from './asked.js';
import type { AnswerEntry } from './entry.js';
import { type KeptAnswer, keptAnswer } from './kept.js';
import type { KeptAnswers } from './kept-answers.js';
import type { SemanticOptions } from './options.js';
import { evidenceOfEntry, evidenceOfPrompt } from './passages.js';
import { comparableText, scopeOf } from './similar-scope.js';

export type Similar =
  | { readonly kind: 'reuse'; readonly kept: KeptAnswer; readonly keptQuestion: string }
  | { readonly kind: 'miss'; readonly reason: string };

/** Names every collection, or every model. */
const ALL = '*';

/**
 * Finds answers to questions that mean the same, where that is switched on. In memory and this process's own: filled
 * with answers that are written, or found by the very question.
 */
export class SimilarAnswers {
  readonly #options: SemanticOptions;
  readonly #answers: KeptAnswers;
  readonly #index: ReuseIndex;

  constructor(options: SemanticOptions, answers: KeptAnswers) {
    this.#options = options;
    this.#answers = answers;
    this.#index = new ReuseIndex({ limitBytes: options.memoryLimitBytes });
  }

  /** Questions that answers are known to, and the bytes that they take. */
  get size(): { readonly questions: number; readonly bytes: number } {
    return { questions: this.#index.size, bytes: this.#index.bytes };
  }

  /** Undefined where reuse is off, or the question cannot be compared. Never rejects: there are answers without it. */
  async pose(
    { retriever }: Pick<Run, 'retriever'>,
    asked: Asked,
    signal?: AbortSignal,
  ): Promise<Posed | undefined> {
    const { request, prepared } = asked;
    const question = comparableText(request, prepared);
    if (prepared.plan.kind !== 'search' || question === undefined) return undefined;
    const { collection } = prepared.plan.options;
    if (!this.#isOn(collection, prepared.model)) return undefined;
    const query = { tenant: request.tenant, collection, query: prepared.query, signal };
    const found = await retriever.queryVector?.(query).catch(() => undefined);
    return found && { scope: scopeOf(asked, found), vector: found.vector, question };
  }

  /** Undefined where there is no evidence to be the same. */
  async find(run: Run, prompt: Prompt, { scope, vector, question }: Posed): Promise<Similar | undefined> {
    const evidence = evidenceOfPrompt(prompt);
    if (evidence.passages.length === 0 || prompt.evidence.search?.mode === 'keyword') return undefined;
    const { reuse } = this.#options;
    let candidates = this.#index.candidates(scope, vector, reuse.candidates);
    for (;;) {
      const decision = decideReuse({ question, evidence }, candidates, reuse);
      if (decision.kind === 'miss') return told(run.emit, decision);
      const { candidate, likeness } = decision;
      const found = await this.#answers.find(run.request.tenant, candidate.answerId, run.signal);
      if (found !== undefined) return told(run.emit, this.#reuse(scope, candidate, likeness, found, prompt));
      // The answer is gone, and so is what was known of its question.
      this.#index.forget(scope, candidate.answerId);
      candidates = candidates.filter((each) => each !== candidate);
    }
  }

  /** From now on the answer may serve questions that mean the same. */
  learn({ scope, vector, question }: Posed, answerId: string, entry: AnswerEntry): void {
    if (entry.sources.length === 0) return;
    const kept: KeptQuestion = { question, vector, answerId, evidence: evidenceOfEntry(entry) };
    this.#index.add(scope, kept);
  }

  #reuse(
    scope: string,
    { answerId, question, similarity }: ReuseCandidate,
    likeness: number,
    { value: entry }: Found<AnswerEntry>,
    { evidence, sources }: Prompt,
  ): Extract<Similar, { kind: 'reuse' }> {
    this.#index.touch(scope, answerId);
    const scores = new Map(sources.map(({ id, score }) => [id, score]));
    const found = evidence.search && {
      search: evidence.search,
      scores: entry.sources.map(({ id, score }) => scores.get(id) ?? score),
    };
    const reason = this.#options.reuse.evidence.kind === 'leading' ? 'leading-evidence' : 'same-evidence';
    const kept = keptAnswer(entry, found, { outcome: 'semantic', reason, similarity, likeness });
    return { kind: 'reuse', kept, keptQuestion: question };
  }

  #isOn(collection: string, { name, aliases }: LlmModel): boolean {
    const { collections, models } = this.#options;
    return (
      [ALL, collection].some((each) => collections.includes(each)) ||
      [ALL, name, ...aliases].some((each) => models.includes(each))
    );
  }
}

function told<Outcome extends Similar>(emit: EventSink, outcome: Outcome): Outcome {
  if (outcome.kind === 'reuse') emit({ type: 'answer-reuse-decided', outcome: 'reused' });
  else emit({ type: 'answer-reuse-decided', outcome: 'missed', reason: outcome.reason });
  return outcome;
}

import type { Caches } from '../../cache/spec.js';
import { abortSignalOf, type BackgroundTasks } from '../../core/index.js';
import type { Leases } from '../../redis/spec.js';
import type { CollectionState } from '../../retrieval/spec.js';
import type { OpenedAnswer } from '../opened-answer.js';
import { type Prepared, prepareRequest } from '../prepare.js';
import type { Evidence } from '../retrieve.js';
import type { AnswerFlowParts, Run } from '../run.js';
import type { AnswerRequest } from '../spec.js';
import type { Prompt } from '../write-prompt.js';
import type { Asked, Draft, Look } from './asked.js';
import { joinFlight } from './join.js';
import { type KeptAnswer, keptAnswer } from './kept.js';
import { findings, KeptAnswers } from './kept-answers.js';
import { answerId, questionKey } from './key.js';
import type { RecallOptions } from './options.js';
import { recallPlan } from './policy.js';
import { replay } from './replay.js';
import { type SemanticReport, SemanticReuse } from './semantic-reuse.js';
import { TwinPrompts } from './twin-prompts.js';
import { Writing } from './writing.js';
import { WritingRights } from './writing-rights.js';

export interface RecallParts {
  /** Where several nodes share them, an answer is written by one. Stay their owner's to close. */
  readonly leases?: Leases;
  /** For models that are asked to check what was reused; absent: nothing is checked. Stays its owner's to drain. */
  readonly background?: BackgroundTasks;
}

/** Gives answers that are there already, and keeps those that are written. */
export class Recall {
  readonly #options: RecallOptions;
  readonly #answers: KeptAnswers;
  readonly #writing: Writing;
  /** Absent where it is off. */
  readonly #semantic: SemanticReuse | undefined;
  readonly #twins = new TwinPrompts();

  constructor(
    caches: Pick<Caches, 'create'>,
    options: RecallOptions,
    { leases, background }: RecallParts = {},
  ) {
    this.#options = options;
    this.#answers = new KeptAnswers(caches, options.keepMs);
    const write = (draft: Draft): Promise<OpenedAnswer> => this.#writing.write(draft);
    const semantic =
      options.semantic && new SemanticReuse(options.semantic, this.#answers, write, background);
    this.#semantic = semantic;
    this.#writing = new Writing(options, {
      answers: this.#answers,
      rights: leases && new WritingRights(leases, options.otherNodeWaitMs),
      onKept: ({ posed, id }, entry) => posed && semantic?.learn(posed, id, entry),
    });
  }

  /** Whether kept answers are streamed slowly. */
  get isPaced(): boolean {
    return this.#options.replayTokensPerSecond > 0;
  }

  /** How often questions that mean the same shared an answer, and how often that was wrong; undefined where it is off. */
  semanticReport(): SemanticReport | undefined {
    return this.#semantic?.report();
  }

  /** Looks in memory, at once. Throws what is wrong with the request. */
  look(parts: AnswerFlowParts, request: AnswerRequest): Look {
    const prepared = prepareRequest({ ...parts, request });
    const plan = recallPlan(request, prepared.model, prepared.plan);
    if (plan.kind === 'bypass') return { ...plan, prepared };
    const settings = { options: parts.options, perUser: this.#options.perUser };
    const state = stateFor(parts, request, prepared);
    const question = state && { state, key: questionKey(request, prepared, state, settings) };
    const kept = plan.reads && question ? this.#answers.inMemory(question.key) : undefined;
    if (kept !== undefined) return { kind: 'kept', kept };
    const asked = { request, prepared, plan, settings, ...(question && { question }) };
    return { kind: 'ask', asked, prepared };
  }

  /** What needs no search: the answer that a twin is being given, or one kept for the very same question. */
  async atHand(run: Run, asked: Asked): Promise<OpenedAnswer | undefined> {
    const twin = this.#writing.twinOf(asked);
    if (twin !== undefined) return joinFlight(run, twin);
    const found = asked.plan.reads ? await this.#answers.byQuestion(asked, run.signal) : undefined;
    if (found === undefined) return undefined;
    this.#semantic?.learnLater(run, asked, found.id, found.kept.entry);
    return this.replayed(run, found.kept);
  }

  /** Twins search together: `search` runs for one of them. */
  evidence(
    { signal }: Run,
    asked: Asked,
    search: (signal: AbortSignal) => Promise<Evidence>,
  ): Promise<Evidence> {
    return this.#twins.evidence(asked, abortSignalOf(signal), search);
  }

  /** Twins that searched together have one prompt. */
  prompt(evidence: Evidence, asked: Asked, write: () => Prompt): Prompt {
    return this.#twins.prompt(evidence, asked, write);
  }

  /** The answer that is to be found or written now that its evidence is known. */
  draft(run: Run, asked: Asked, prompt: Prompt): Draft {
    return { run, asked, prompt, id: answerId(asked.request, asked.prepared, prompt, asked.settings) };
  }

  /** The answer on the same passages as before, though the collection may have changed around them. */
  async byEvidence({ run, asked, prompt, id }: Draft): Promise<OpenedAnswer | undefined> {
    if (!asked.plan.reads) return undefined;
    const found = await this.#answers.find(asked.request.tenant, id, run.signal);
    if (found === undefined) return undefined;
    this.#answers.rememberQuestion(asked, prompt, id);
    this.#semantic?.learnLater(run, asked, id, found.value);
    const reason = prompt.evidence.search ? 'evidence' : found.tier;
    return this.replayed(run, keptAnswer(found.value, findings(prompt), { outcome: 'hit', reason }));
  }

  /**
   * The answer to a question that means the same, where that is allowed; else joins who writes the answer meanwhile,
   * or writes it: at most one call for all twins, on all nodes that share leases.
   */
  async write(draft: Draft): Promise<OpenedAnswer> {
    const found = await this.#semantic?.find(draft);
    if (found?.kind !== 'reuse') return this.#writing.write(found?.draft ?? draft);
    return found.follow(this.replayed(draft.run, found.kept));
  }

  /** A kept answer, as fast as it is to be given. */
  replayed(run: Run, kept: KeptAnswer): OpenedAnswer {
    return replay(kept, this.#options.replayTokensPerSecond, run.signal);
  }
}

function stateFor(
  { retriever }: AnswerFlowParts,
  { tenant }: AnswerRequest,
  { plan }: Prepared,
): CollectionState | undefined {
  return plan.kind === 'search' ? retriever.stateOf?.(tenant, plan.options.collection) : undefined;
}

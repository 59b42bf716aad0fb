import type { CacheKey } from '../../cache/index.js';
import type { Cache, Caches, ComputeCost, Found } from '../../cache/spec.js';
import { SharedWork, throwIfAborted } from '../../core/index.js';
import type { RecallFacts } from '../../llm/spec.js';
import type { Leases } from '../../redis/spec.js';
import type { CollectionState } from '../../retrieval/spec.js';
import { answerHead } from '../answer-head.js';
import type { Answer } from '../collect.js';
import { Generation } from '../generate.js';
import type { OpenedAnswer } from '../opened-answer.js';
import { openParts } from '../opened-parts.js';
import { type Prepared, prepareRequest } from '../prepare.js';
import type { Evidence } from '../retrieve.js';
import type { AnswerFlowParts, Run } from '../run.js';
import type { AnswerRequest } from '../spec.js';
import type { Prompt } from '../write-prompt.js';
import { costOf } from './cost.js';
import { type AnswerEntry, bytesOfEntry, entryOf, isAnswerEntry } from './entry.js';
import { type Flight, Flights } from './flights.js';
import { joinFlight } from './join.js';
import { type KeptAnswer, keptAnswer } from './kept.js';
import { answerId, answerKey, type KeySettings, questionKey } from './key.js';
import type { RecallOptions } from './options.js';
import { type RecallPlan, recallPlan } from './policy.js';
import { bytesOfRecollection, isRecollection, type Recollection } from './recollection.js';
import { RecordedAnswer } from './recording.js';
import { replay } from './replay.js';
import { type WritingRight, WritingRights } from './writing-rights.js';

/** A request that the cache may serve. */
export interface Asked {
  readonly request: AnswerRequest;
  readonly prepared: Prepared;
  readonly plan: Extract<RecallPlan, { kind: 'use' }>;
  readonly settings: KeySettings;
  /** Absent where nothing is searched, or the collection's state cannot be told. */
  readonly question?: { readonly key: CacheKey; readonly state: CollectionState };
}

export type Look =
  | { readonly kind: 'kept'; readonly kept: KeptAnswer }
  | { readonly kind: 'ask'; readonly asked: Asked; readonly prepared: Prepared }
  | { readonly kind: 'bypass'; readonly reason: string; readonly prepared: Prepared };

/** An answer that is not there yet. */
interface Draft {
  readonly run: Run;
  readonly asked: Asked;
  readonly prompt: Prompt;
  /** Of the answer to be. */
  readonly id: string;
}

interface Remembered {
  readonly key: CacheKey;
  readonly kept: KeptAnswer;
}

/** Gives answers that are there already, and keeps those that are written. */
export class Recall {
  readonly #options: RecallOptions;
  readonly #answers: Cache<AnswerEntry>;
  readonly #questions: Cache<Recollection>;
  readonly #searches = new SharedWork<Evidence>();
  readonly #prompts = new WeakMap<Evidence, Prompt>();
  readonly #flights: Flights;
  readonly #rights: WritingRights | undefined;
  /** What was made of a recollection and its answer while both are in memory. */
  readonly #remembered = new WeakMap<Recollection, Remembered>();

  /** `leases`: where several nodes share them, an answer is written by one. They stay their owner's to close. */
  constructor(caches: Pick<Caches, 'create'>, options: RecallOptions, leases?: Leases) {
    const ttlMs = options.keepMs;
    this.#rights = leases && new WritingRights(leases, options.otherNodeWaitMs);
    this.#options = options;
    this.#flights = new Flights(options);
    this.#answers = caches.create<AnswerEntry>({
      name: 'answer',
      version: 1,
      ttlMs,
      bytesOf: bytesOfEntry,
      isValue: isAnswerEntry,
    });
    this.#questions = caches.create<Recollection>({
      name: 'question',
      version: 1,
      ttlMs,
      bytesOf: bytesOfRecollection,
      isValue: isRecollection,
    });
  }

  /** Whether kept answers are streamed slowly. */
  get isPaced(): boolean {
    return this.#options.replayTokensPerSecond > 0;
  }

  /** Looks in memory, at once. Throws what is wrong with the request. */
  look(parts: AnswerFlowParts, request: AnswerRequest): Look {
    const prepared = prepareRequest({ ...parts, request });
    const plan = recallPlan(request, prepared.model, prepared.plan);
    if (plan.kind === 'bypass') return { ...plan, prepared };
    const settings = { options: parts.options, perUser: this.#options.perUser };
    const state = stateFor(parts, request, prepared);
    const question = state && { state, key: questionKey(request, prepared, state, settings) };
    const kept = plan.reads && question ? this.#inMemory(question.key) : undefined;
    if (kept !== undefined) return { kind: 'kept', kept };
    const asked = { request, prepared, plan, settings, ...(question && { question }) };
    return { kind: 'ask', asked, prepared };
  }

  /** What needs no search: the answer that a twin is being given, or one kept for the very same question. */
  async atHand(run: Run, asked: Asked): Promise<OpenedAnswer | undefined> {
    const twin = this.#twinOf(asked);
    if (twin !== undefined) return joinFlight(run, twin);
    const kept = await this.#byQuestion(run, asked);
    return kept && this.replayed(run, kept);
  }

  /** Twins search together: `search` runs for one of them. */
  evidence(
    { signal }: Run,
    { question, plan }: Asked,
    search: (signal: AbortSignal) => Promise<Evidence>,
  ): Promise<Evidence> {
    if (question === undefined || !plan.reads) return search(signal);
    return this.#searches.run(nameOf('question', question.key), signal, search);
  }

  /** Twins that searched together have one prompt. */
  prompt(evidence: Evidence, { plan }: Asked, write: () => Prompt): Prompt {
    if (!plan.reads || evidence.retrieval !== 'done') return write();
    const prompt = this.#prompts.get(evidence) ?? write();
    this.#prompts.set(evidence, prompt);
    return prompt;
  }

  /** The answer on the same passages as before, though the collection may have changed around them. */
  async byEvidence(run: Run, asked: Asked, prompt: Prompt): Promise<OpenedAnswer | undefined> {
    const kept = asked.plan.reads ? await this.#byEvidence(run, asked, prompt) : undefined;
    return kept && this.replayed(run, kept);
  }

  /** Joins who writes the answer meanwhile, or writes it: at most one call for all twins, on all nodes that share leases. */
  write(run: Run, asked: Asked, prompt: Prompt): Promise<OpenedAnswer> {
    return this.#write({ run, asked, prompt, id: idOf(asked, prompt) });
  }

  /** A kept answer, as fast as it is to be given. */
  replayed(run: Run, kept: KeptAnswer): OpenedAnswer {
    return replay(kept, this.#options.replayTokensPerSecond, run.signal);
  }

  /** Whoever is being answered the very same question: neither search nor prompt is needed. */
  #twinOf({ question, plan }: Asked): Flight | undefined {
    return question && plan.reads ? this.#flights.get(nameOf('question', question.key)) : undefined;
  }

  #inMemory(questionKey: CacheKey): KeptAnswer | undefined {
    const recollection = this.#questions.peek(questionKey)?.value;
    if (recollection === undefined) return undefined;
    const remembered = this.#remembered.get(recollection);
    const key = remembered?.key ?? answerKey(questionKey.tenant, recollection.answerId);
    const entry = this.#answers.peek(key)?.value;
    if (entry === undefined) return undefined;
    if (remembered?.kept.entry === entry) return remembered.kept;
    const kept = keptAnswer(entry, recollection, { outcome: 'hit', reason: 'memory' });
    this.#remembered.set(recollection, { key, kept });
    return kept;
  }

  /** From the shared tier too, without a search. */
  async #byQuestion({ signal }: Run, { question, plan }: Asked): Promise<KeptAnswer | undefined> {
    if (question === undefined || !plan.reads) return undefined;
    const recollection = (await this.#questions.get(question.key, signal))?.value;
    if (recollection === undefined) return undefined;
    const found = await this.#answers.get(answerKey(question.key.tenant, recollection.answerId), signal);
    return found && keptAnswer(found.value, recollection, { outcome: 'hit', reason: found.tier });
  }

  async #byEvidence(run: Run, asked: Asked, prompt: Prompt): Promise<KeptAnswer | undefined> {
    const { tenant } = asked.request;
    const id = idOf(asked, prompt);
    const found = await this.#answers.get(answerKey(tenant, id), run.signal);
    if (found === undefined) return undefined;
    this.#rememberQuestion(asked, prompt, id);
    const reason = prompt.evidence.search ? 'evidence' : found.tier;
    return keptAnswer(found.value, findings(prompt), { outcome: 'hit', reason });
  }

  async #write(draft: Draft): Promise<OpenedAnswer> {
    const { run, asked, prompt, id } = draft;
    const { plan, request } = asked;
    const name = nameOf('answer', { tenant: request.tenant, id });
    if (!plan.stores) return this.#writeForOne(draft);
    if (!plan.reads) return this.#writeForAll(draft, undefined);
    const twin = this.#flights.get(name);
    if (twin !== undefined) return joinFlight(run, twin, prompt);
    const right = await this.#rights?.acquire(name, run.signal);
    const elsewhere = right && (await this.#answers.get(answerKey(request.tenant, id), run.signal));
    // From here on nothing is waited for: no twin can begin between the look and our own beginning.
    return this.#meanwhile(draft, right, elsewhere) ?? this.#writeForAll(draft, right);
  }

  /** While the right was waited for, a twin may have begun here, or have finished, here or on another node. */
  #meanwhile(
    { run, asked, prompt, id }: Draft,
    right: WritingRight | undefined,
    elsewhere: Found<AnswerEntry> | undefined,
  ): OpenedAnswer | undefined {
    const { tenant } = asked.request;
    const twin = this.#flights.get(nameOf('answer', { tenant, id }));
    if (twin !== undefined) return joinFlight(run, twin, prompt);
    const found = elsewhere ?? this.#answers.peek(answerKey(tenant, id));
    if (found === undefined) return undefined;
    right?.release();
    const reason = found.tier === 'shared' ? 'other-node' : 'in-flight';
    return this.replayed(run, keptAnswer(found.value, findings(prompt), { outcome: 'joined', reason }));
  }

  #writeForOne({ run, asked, prompt }: Draft): OpenedAnswer {
    const head = answerHead(run, prompt, missFacts(asked.plan));
    const generation = new Generation(run, prompt);
    return { head, body: openParts((sink) => generation.pipe(sink), run.signal) };
  }

  #writeForAll(draft: Draft, right: WritingRight | undefined): OpenedAnswer {
    const { run, asked, prompt, id } = draft;
    throwIfAborted(run.signal);
    right?.take();
    const { plan, question, request } = asked;
    const head = answerHead(run, prompt, missFacts(plan));
    const generation = new Generation(run, prompt);
    let kept: Promise<void> | undefined;
    const recorded = new RecordedAnswer(generation, head, this.#options.entryLimitBytes, (answer) => {
      kept = this.#keep(draft, answer);
    });
    const name = nameOf('answer', { tenant: request.tenant, id });
    const names = question ? [name, nameOf('question', question.key)] : [name];
    // Whoever gets the right next must find the answer.
    const onOver = (): void => void Promise.resolve(kept).then(() => right?.release());
    const { parts } = this.#flights.begin(names, prompt, recorded, onOver);
    return { head, body: openParts((sink) => parts.join(sink) ?? generation, run.signal) };
  }

  #keep({ asked, prompt, id }: Draft, answer: Answer): Promise<void> {
    const cost: ComputeCost = costOf(prompt.model, answer.usage);
    const kept = this.#answers.set(answerKey(asked.request.tenant, id), entryOf(answer), { cost });
    this.#rememberQuestion(asked, prompt, id);
    return kept;
  }

  /** Only where the search saw the very version under whose key it is remembered, and ran as it was asked. */
  #rememberQuestion({ question, settings }: Asked, prompt: Prompt, answerId: string): void {
    const found = findings(prompt);
    if (question === undefined || found === undefined) return;
    const { collectionVersion, mode } = found.search;
    if (collectionVersion !== question.state.version || mode !== settings.options.searchMode) return;
    void this.#questions.set(question.key, { answerId, ...found });
  }
}

function stateFor(
  { retriever }: AnswerFlowParts,
  { tenant }: AnswerRequest,
  { plan }: Prepared,
): CollectionState | undefined {
  return plan.kind === 'search' ? retriever.stateOf?.(tenant, plan.options.collection) : undefined;
}

function idOf({ request, prepared, settings }: Asked, prompt: Prompt): string {
  return answerId(request, prepared, prompt, settings);
}

function nameOf(kind: 'question' | 'answer', { tenant, id }: Pick<CacheKey, 'tenant' | 'id'>): string {
  return `${kind}\0${tenant}\0${id}`;
}

function findings({ evidence, sources }: Prompt): Pick<Recollection, 'search' | 'scores'> | undefined {
  const { search } = evidence;
  return search && { search, scores: sources.map(({ score }) => score) };
}

function missFacts({ reads, stores }: Extract<RecallPlan, { kind: 'use' }>): RecallFacts {
  if (!reads) return { outcome: 'bypass', reason: 'force-new' };
  return { outcome: 'miss', reason: stores ? 'new' : 'no-store' };
}

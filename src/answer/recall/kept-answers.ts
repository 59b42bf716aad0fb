import type { CacheKey } from '../../cache/index.js';
import type { Cache, Caches, Found } from '../../cache/spec.js';
import { abortSignalOf, type CancelSignal } from '../../core/index.js';
import type { Answer } from '../collect.js';
import type { Prompt } from '../write-prompt.js';
import type { Asked } from './asked.js';
import { costOf } from './cost.js';
import { type AnswerEntry, bytesOfEntry, entryOf, isAnswerEntry } from './entry.js';
import { type KeptAnswer, keptAnswer } from './kept.js';
import { answerKey, hashesOf } from './key.js';
import { bytesOfRecollection, isRecollection, type Recollection } from './recollection.js';

interface Remembered {
  readonly key: CacheKey;
  readonly kept: KeptAnswer;
}

/** The answers that are kept, by what they rest on, and which question has which of them. */
export class KeptAnswers {
  readonly #answers: Cache<AnswerEntry>;
  readonly #questions: Cache<Recollection>;
  /** What was made of a recollection and its answer while both are in memory. */
  readonly #remembered = new WeakMap<Recollection, Remembered>();

  constructor(caches: Pick<Caches, 'create'>, ttlMs: number) {
    this.#answers = caches.create<AnswerEntry>({
      name: 'answer',
      version: 2,
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

  /** To the very same question on the collection as it is; from memory, at once. */
  inMemory(questionKey: CacheKey): KeptAnswer | undefined {
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

  /** The same, from the shared tier too. */
  async byQuestion(
    { question }: Asked,
    signal: CancelSignal,
  ): Promise<{ readonly id: string; readonly kept: KeptAnswer } | undefined> {
    if (question === undefined) return undefined;
    const recollection = (await this.#questions.get(question.key, abortSignalOf(signal)))?.value;
    if (recollection === undefined) return undefined;
    const id = recollection.answerId;
    const found = await this.find(question.key.tenant, id, signal);
    return (
      found && { id, kept: keptAnswer(found.value, recollection, { outcome: 'hit', reason: found.tier }) }
    );
  }

  /** `deadlineMs`: of the shared tier's reply, where more can be waited for than a common read. */
  find(
    tenant: string,
    id: string,
    signal: CancelSignal,
    deadlineMs?: number,
  ): Promise<Found<AnswerEntry> | undefined> {
    return this.#answers.get(answerKey(tenant, id), abortSignalOf(signal), deadlineMs);
  }

  peek(tenant: string, id: string): Found<AnswerEntry> | undefined {
    return this.#answers.peek(answerKey(tenant, id));
  }

  /** `stored` resolves when other nodes can read it. */
  keep(
    asked: Asked,
    prompt: Prompt,
    id: string,
    answer: Answer,
  ): { readonly entry: AnswerEntry; readonly stored: Promise<void> } {
    const entry = entryOf(answer, hashesOf(prompt));
    const cost = costOf(prompt.model, answer.usage);
    const stored = this.#answers.set(answerKey(asked.request.tenant, id), entry, { cost });
    this.rememberQuestion(asked, prompt, id);
    return { entry, stored };
  }

  /** Only where the search saw the very version under whose key it is remembered, and ran as it was asked. */
  rememberQuestion({ question, settings }: Asked, prompt: Prompt, answerId: string): void {
    const found = findings(prompt);
    if (question === undefined || found === undefined) return;
    const { collectionVersion, mode } = found.search;
    if (collectionVersion !== question.state.version || mode !== settings.options.searchMode) return;
    void this.#questions.set(question.key, { answerId, ...found });
  }
}

/** How a prompt's passages were found. */
export function findings({ evidence, sources }: Prompt): Pick<Recollection, 'search' | 'scores'> | undefined {
  const { search } = evidence;
  return search && { search, scores: sources.map(({ score }) => score) };
}

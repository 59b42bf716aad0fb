import type { Found } from '../../cache/spec.js';
import { abortSignalOf, throwIfAborted } from '../../core/index.js';
import type { RecallFacts } from '../../llm/spec.js';
import { answerHead } from '../answer-head.js';
import { Generation } from '../generate.js';
import type { OpenedAnswer } from '../opened-answer.js';
import { openParts } from '../opened-parts.js';
import type { Asked, Draft } from './asked.js';
import type { AnswerEntry } from './entry.js';
import { type Flight, Flights } from './flights.js';
import { joinFlight } from './join.js';
import { keptAnswer } from './kept.js';
import { findings, type KeptAnswers } from './kept-answers.js';
import type { RecallOptions } from './options.js';
import { RecordedAnswer } from './recording.js';
import { replay } from './replay.js';
import type { WritingRight, WritingRights } from './writing-rights.js';

/** Whoever was granted the right to write may find that a twin has: to look is worth more than a common read. */
const AFTER_WAITING_MS = 1_000;
/** A right that was not taken up in time is asked for again so often. */
const MOST_ATTEMPTS = 3;

export interface WritingParts {
  readonly answers: KeptAnswers;
  /** Over all nodes; absent: every node for itself. */
  readonly rights: WritingRights<Found<AnswerEntry>> | undefined;
  /** An answer was written and kept. */
  readonly onKept: (draft: Draft, entry: AnswerEntry) => void;
}

/** Has answers written, each once for all who ask for it meanwhile, and keeps them. */
export class Writing {
  readonly #options: RecallOptions;
  readonly #parts: WritingParts;
  readonly #flights: Flights;

  constructor(options: RecallOptions, parts: WritingParts) {
    this.#options = options;
    this.#parts = parts;
    this.#flights = new Flights(options);
  }

  /** Whoever is being answered the very same question: neither search nor prompt is needed. */
  twinOf({ question, plan }: Asked): Flight | undefined {
    return question && plan.reads ? this.#flights.get(nameOf('question', question.key)) : undefined;
  }

  /** At most one call for all twins, on all nodes that share leases. */
  async write(draft: Draft): Promise<OpenedAnswer> {
    const { run, asked, prompt, id } = draft;
    const { plan, request } = asked;
    if (!plan.stores) return writeForOne(draft);
    if (!plan.reads) return this.#writeForAll(draft, undefined);
    const name = nameOf('answer', { tenant: request.tenant, id });
    const twin = this.#flights.get(name);
    if (twin !== undefined) return joinFlight(run, twin, prompt);
    for (let attempt = 1; ; attempt++) {
      const granted = await this.#parts.rights?.acquire(name, abortSignalOf(run.signal), (signal) =>
        this.#parts.answers.find(request.tenant, id, signal, AFTER_WAITING_MS),
      );
      // From here on nothing is waited for: no twin can begin between the look and our own beginning.
      const given = this.#meanwhile(draft, granted?.written);
      if (given !== undefined) return given;
      // Whoever left must not hold the right.
      throwIfAborted(run.signal);
      const isLate = granted?.right?.take() === false;
      if (!isLate || attempt === MOST_ATTEMPTS) return this.#writeForAll(draft, granted?.right);
    }
  }

  /** While the right was waited for, a twin may have begun here, or have finished, here or on another node. */
  #meanwhile(
    { run, asked, prompt, id }: Draft,
    elsewhere: Found<AnswerEntry> | undefined,
  ): OpenedAnswer | undefined {
    const { tenant } = asked.request;
    const twin = this.#flights.get(nameOf('answer', { tenant, id }));
    if (twin !== undefined) return joinFlight(run, twin, prompt);
    const found = elsewhere ?? this.#parts.answers.peek(tenant, id);
    if (found === undefined) return undefined;
    const reason = found.tier === 'shared' ? 'other-node' : 'in-flight';
    const kept = keptAnswer(found.value, findings(prompt), { outcome: 'joined', reason });
    return replay(kept, this.#options.replayTokensPerSecond, run.signal);
  }

  #writeForAll(draft: Draft, right: WritingRight | undefined): OpenedAnswer {
    const { run, asked, prompt, id } = draft;
    throwIfAborted(run.signal);
    const { question, request } = asked;
    const head = answerHead(run, prompt, missFacts(draft));
    const generation = new Generation(run, prompt);
    let stored: Promise<void> | undefined;
    const recorded = new RecordedAnswer(generation, head, this.#options.entryLimitBytes, (answer) => {
      const kept = this.#parts.answers.keep(asked, prompt, id, answer);
      stored = kept.stored;
      this.#parts.onKept(draft, kept.entry);
    });
    const name = nameOf('answer', { tenant: request.tenant, id });
    const names = question ? [name, nameOf('question', question.key)] : [name];
    // Whoever gets the right next must find the answer.
    const onOver = (): void => void Promise.resolve(stored).then(() => right?.release());
    const { parts } = this.#flights.begin(names, prompt, recorded, onOver);
    return { head, body: openParts((sink) => parts.join(sink) ?? generation, run.signal) };
  }
}

function writeForOne(draft: Draft): OpenedAnswer {
  const { run, prompt } = draft;
  const head = answerHead(run, prompt, missFacts(draft));
  const generation = new Generation(run, prompt);
  return { head, body: openParts((sink) => generation.pipe(sink), run.signal) };
}

/** One name for all that is shared by those who ask the same. */
export function nameOf(
  kind: 'question' | 'answer',
  { tenant, id }: { readonly tenant: string; readonly id: string },
): string {
  return `${kind}\0${tenant}\0${id}`;
}

function missFacts({ asked, missReason = 'new' }: Draft): RecallFacts {
  const { reads, stores } = asked.plan;
  if (!reads) return { outcome: 'bypass', reason: 'force-new' };
  return { outcome: 'miss', reason: stores ? missReason : 'no-store' };
}

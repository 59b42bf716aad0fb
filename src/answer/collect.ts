import { NaraeError } from '../core/index.js';
import type {
  AnswerPart,
  Citation,
  FinishReason,
  RecallFacts,
  SearchFacts,
  Source,
  TokenUsage,
  UpstreamFields,
  Writer,
} from '../llm/spec.js';
import { type Choice, ChoiceCollector } from './choice.js';

/** A whole answer, for callers that do not stream. */
export interface Answer extends Choice {
  readonly id: string;
  readonly createdAtMs: number;
  /** The model that was asked for. */
  readonly model: string;
  readonly provider: string;
  /** Who wrote it: another model, where that one failed and a fallback answered. */
  readonly writer: Writer;
  /** The passages in the prompt; `[n]` in the text points at the one with that `n`. */
  readonly sources: readonly Source[];
  readonly citations: readonly Citation[];
  /** Absent when nothing was searched. */
  readonly search: SearchFacts | undefined;
  readonly usage: TokenUsage | undefined;
  /** What else the upstream said of the answer as a whole. */
  readonly answerFields?: UpstreamFields;
  /** How the cache of answers took part; absent where there is none. */
  readonly recall?: RecallFacts;
  /** Further answers where several were asked for. */
  readonly others: readonly Choice[];
}

/** Reads a stream of parts to its end. Rejects with its error; never resolves with half an answer. */
export async function collectAnswer(parts: AsyncIterable<AnswerPart>): Promise<Answer> {
  const collector = new AnswerCollector();
  for await (const part of parts) collector.add(part);
  return collector.answer();
}

/** The same for a stream that comes in batches of parts. */
export async function collectBatches(batches: AsyncIterable<readonly AnswerPart[]>): Promise<Answer> {
  const collector = new AnswerCollector();
  for await (const batch of batches) for (const part of batch) collector.add(part);
  return collector.answer();
}

/** Puts an answer together from its parts, in their order. */
export class AnswerCollector {
  #about: About = NOTHING_YET;
  readonly #first = new ChoiceCollector();
  readonly #others = new Map<number, { readonly collector: ChoiceCollector; reason: FinishReason }>();
  #finish: FinishReason | undefined;

  /** Throws the failure that an `error` part carries. */
  add(part: AnswerPart): void {
    switch (part.type) {
      case 'start': {
        const { id, createdAtMs, model, provider, recall } = part;
        const writer = { model, provider };
        this.#about = { ...this.#about, id, createdAtMs, model, provider, writer, ...(recall && { recall }) };
        break;
      }
      case 'sources':
        this.#about = { ...this.#about, sources: part.sources, search: part.search };
        break;
      case 'writer':
        this.#about = { ...this.#about, writer: part.writer };
        break;
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-call-delta':
      case 'message-fields':
        if (part.choice === undefined) this.#first.add(part);
        else this.#other(part.choice).collector.add(part);
        break;
      case 'choice-end':
        this.#other(part.choice).reason = part.reason;
        break;
      case 'citations':
        this.#about = { ...this.#about, citations: part.citations };
        break;
      case 'answer-fields':
        this.#about = { ...this.#about, answerFields: part.fields };
        break;
      case 'usage':
        this.#about = { ...this.#about, usage: part.usage };
        break;
      case 'finish':
        this.#finish = part.reason;
        break;
      case 'error':
        throw part.error;
    }
  }

  /** The answer, once `finish` was added; before that it is broken, and this throws `llm_stream_broken`. */
  answer(): Answer {
    if (this.#finish === undefined)
      throw new NaraeError('llm_stream_broken', { values: { reason: 'no finish was seen' } });
    return this.#whole(this.#finish);
  }

  /** What came of an answer that broke off. */
  soFar(): Omit<Answer, 'finishReason'> {
    return this.#whole('stop');
  }

  #whole(reason: FinishReason): Answer {
    const others = [...this.#others]
      .sort(([left], [right]) => left - right)
      .map(([, { collector, reason: own }]) => collector.choice(own));
    return { ...this.#about, ...this.#first.choice(reason), others };
  }

  #other(choice: number) {
    const known = this.#others.get(choice);
    if (known !== undefined) return known;
    const made = { collector: new ChoiceCollector(), reason: 'stop' as FinishReason };
    this.#others.set(choice, made);
    return made;
  }
}

type About = Omit<Answer, keyof Choice | 'others'>;

const NOTHING_YET: About = {
  id: '',
  createdAtMs: 0,
  model: '',
  provider: '',
  writer: { model: '', provider: '' },
  sources: [],
  citations: [],
  search: undefined,
  usage: undefined,
};

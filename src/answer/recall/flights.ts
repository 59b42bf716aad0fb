import { type BatchSource, Broadcast, NaraeError } from '../../core/index.js';
import type { AnswerPart } from '../../llm/spec.js';
import type { RecallOptions } from './options.js';
import { bytesOfPart } from './recording.js';

/** An answer that is being written, for all who asked for it. */
export type Flight = Broadcast<AnswerPart>;

/** The answers that are being written, by their names. The model's server hears of the leaving of the last listener. */
export class Flights {
  readonly #options: RecallOptions;
  readonly #underWay = new Map<string, Flight>();

  constructor(options: RecallOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#underWay.size;
  }

  get(name: string): Flight | undefined {
    return this.#underWay.get(name);
  }

  /** Takes the place of another of that name, whose listeners stay with it. */
  begin(name: string, source: BatchSource<AnswerPart>): Flight {
    const { flightLimitBytes: limitBytes, flightLimitItems: limitItems } = this.#options;
    const flight: Flight = new Broadcast(source, {
      limitBytes,
      limitItems,
      bytesOf: bytesOfPart,
      coalesce,
      tooSlow: () => new NaraeError('client_too_far_behind', { values: { megabytes: limitBytes / 1e6 } }),
      onOver: () => {
        if (this.#underWay.get(name) === flight) this.#underWay.delete(name);
      },
    });
    this.#underWay.set(name, flight);
    return flight;
  }
}

/** What was missed, with pieces of text that follow each other in one. */
export function coalesce(parts: readonly AnswerPart[]): readonly AnswerPart[] {
  const out: AnswerPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (last !== undefined && isPlainText(last) && isPlainText(part) && last.type === part.type)
      out[out.length - 1] = { type: part.type, text: last.text + part.text };
    else out.push(part);
  }
  return out;
}

type TextPart = Extract<AnswerPart, { type: 'text-delta' | 'reasoning-delta' }>;

function isPlainText(part: AnswerPart): part is TextPart {
  if (part.type !== 'text-delta' && part.type !== 'reasoning-delta') return false;
  return part.choice === undefined && !('logprobs' in part);
}

import { type BatchSource, Broadcast, MEGABYTE, NaraeError } from '../../core/index.js';
import { isPlainText } from '../../llm/index.js';
import type { AnswerPart } from '../../llm/spec.js';
import type { Prompt } from '../write-prompt.js';
import type { RecallOptions } from './options.js';
import { bytesOfPart } from './recording.js';

/** An answer that is being written, for all who asked for it. */
export interface Flight {
  readonly parts: Broadcast<AnswerPart>;
  /** Of the one who asked first. */
  readonly prompt: Prompt;
}

/** The answers that are being written, by their names. The model's server hears of the leaving of the last listener. */
export class Flights {
  readonly #options: RecallOptions;
  readonly #underWay = new Map<string, Flight>();

  constructor(options: RecallOptions) {
    this.#options = options;
  }

  /** Undefined also where it is too late to join. */
  get(name: string): Flight | undefined {
    const flight = this.#underWay.get(name);
    return flight?.parts.canJoin() ? flight : undefined;
  }

  /** Takes the place of others of these names, whose listeners stay with them. */
  begin(
    names: readonly string[],
    prompt: Prompt,
    source: BatchSource<AnswerPart>,
    onOver: () => void,
  ): Flight {
    const { flightLimitBytes: limitBytes, flightLimitItems: limitItems } = this.#options;
    const parts = new Broadcast(source, {
      limitBytes,
      limitItems,
      bytesOf: bytesOfPart,
      coalesce,
      tooSlow: () =>
        new NaraeError('client_too_far_behind', { values: { megabytes: limitBytes / MEGABYTE } }),
      onOver: () => {
        this.#forget(names, flight);
        onOver();
      },
    });
    const flight: Flight = { parts, prompt };
    for (const name of names) this.#underWay.set(name, flight);
    return flight;
  }

  #forget(names: readonly string[], flight: Flight): void {
    for (const name of names) if (this.#underWay.get(name) === flight) this.#underWay.delete(name);
  }
}

/** What was missed, with pieces of text that follow each other in one. */
function coalesce(parts: readonly AnswerPart[]): readonly AnswerPart[] {
  const out: AnswerPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (last !== undefined && mayGrow(last) && mayGrow(part) && last.type === part.type)
      out[out.length - 1] = { type: part.type, text: last.text + part.text };
    else out.push(part);
  }
  return out;
}

type TextPart = Extract<AnswerPart, { type: 'text-delta' | 'reasoning-delta' }>;

function mayGrow(part: AnswerPart): part is TextPart {
  return (part.type === 'text-delta' || part.type === 'reasoning-delta') && isPlainText(part);
}

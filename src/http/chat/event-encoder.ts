import type { RunPart } from '../../answer/index.js';
import type { NaraeError } from '../../core/index.js';
import type { RunEvent } from '../../threads/spec.js';
import { errorBody } from '../errors.js';
import type { RunPlace } from '../openai/index.js';
import { partJson } from './part-json.js';

/** A run's events as server-sent events. */
export class EventEncoder {
  readonly #place: RunPlace;
  #isOver = false;

  constructor(place: RunPlace) {
    this.#place = place;
  }

  /** True after `finish` or `error`: the body ends with what was encoded last. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The events of a batch, to be written at once. */
  encode(events: readonly RunEvent<RunPart>[]): string {
    let text = '';
    for (const event of events) text += this.#encode(event);
    return text;
  }

  /** The failure of a run whose log does not say how it ended; it has no id, since the log has no such event. */
  failure(error: NaraeError): string {
    this.#isOver = true;
    return `data: ${JSON.stringify({ type: 'error', ...errorBody(error) })}\n\n`;
  }

  #encode({ id, part }: RunEvent<RunPart>): string {
    // Most parts are text: no object is made for them.
    if (part.type === 'text-delta' && part.choice === undefined)
      return `id: ${id}\ndata: {"type":"text-delta","text":${JSON.stringify(part.text)}}\n\n`;
    if (part.type === 'finish' || part.type === 'error') this.#isOver = true;
    const json = partJson(part, this.#place);
    return json === undefined ? '' : `id: ${id}\ndata: ${JSON.stringify(json)}\n\n`;
  }
}

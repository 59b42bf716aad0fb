/** An event that grows past this many characters is not ours; the parser refuses it instead of filling memory. */
const EVENT_LIMIT_CHARACTERS = 16_000_000;

export interface SseEvent {
  readonly data: string;
  /** The event's `id`, by which a stream is taken up again; undefined where it has none. */
  readonly id: string | undefined;
}

/**
 * Takes a server-sent event stream apart, piece by piece, wherever the pieces are cut.
 * Only `data` and `id` matter to us: comments (heartbeats), `event` and `retry` lines are passed over.
 * Line ends may be LF, CRLF or CR, as the standard allows.
 *
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class SseParser {
  #rest = '';
  #data: string[] = [];
  #id: string | undefined;
  #size = 0;

  /** Adds text and returns every event that it completed. Throws a RangeError for an endless event. */
  push(text: string): SseEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    const events = lines.flatMap((line) => this.#take(line));
    if (this.#size + this.#rest.length > EVENT_LIMIT_CHARACTERS) throw new RangeError('SSE event too large');
    return events;
  }

  #take(line: string): SseEvent[] {
    if (line === '') return this.#complete();
    const field = /^\uFEFF?(data|id)(?:: ?(.*))?$/s.exec(line);
    if (field?.[1] === 'id') this.#id = field[2] ?? '';
    else if (field) this.#keep(field[2] ?? '');
    return [];
  }

  #keep(data: string): void {
    this.#data.push(data);
    this.#size += data.length;
  }

  #complete(): SseEvent[] {
    const event = { data: this.#data.join('\n'), id: this.#id };
    const isEmpty = this.#data.length === 0;
    this.#data = [];
    this.#id = undefined;
    this.#size = 0;
    return isEmpty ? [] : [event];
  }
}

/** An event that grows past this many characters is not ours; the parser refuses it instead of filling memory. */
const EVENT_LIMIT_CHARACTERS = 16_000_000;

/**
 * Takes a server-sent event stream apart, piece by piece, wherever the pieces are cut.
 * Only `data` matters to us: comments (heartbeats), `event`, `id` and `retry` lines are passed over.
 * Line ends may be LF, CRLF or CR, as the standard allows.
 *
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class SseParser {
  #rest = '';
  #data: string[] = [];
  #size = 0;

  /** Adds text and returns the data of every event that it completed. Throws a RangeError for an endless event. */
  push(text: string): string[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    const events = lines.flatMap((line) => this.#take(line));
    if (this.#size + this.#rest.length > EVENT_LIMIT_CHARACTERS) throw new RangeError('SSE event too large');
    return events;
  }

  #take(line: string): string[] {
    if (line === '') return this.#complete();
    const data = /^\uFEFF?data(?:: ?(.*))?$/s.exec(line);
    if (data) this.#keep(data[1] ?? '');
    return [];
  }

  #keep(data: string): void {
    this.#data.push(data);
    this.#size += data.length;
  }

  #complete(): string[] {
    if (this.#data.length === 0) return [];
    const event = this.#data.join('\n');
    this.#data = [];
    this.#size = 0;
    return [event];
  }
}

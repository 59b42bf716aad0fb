/**
 * Follows Markdown's code through a text, character by character, so that brackets in code are left alone.
 *
 *   text ──run of n backticks──▶ inline(n) ──run of n, or a blank line──▶ text
 *   text ──run of ≥ 3 that starts a line──▶ fence(n) ──run of ≥ n that starts a line──▶ text
 *
 * A run is known only when the character after it comes, so a cut in its middle does not matter.
 */
export class CodeSpans {
  #state: State = { kind: 'text' };
  #run: Run | undefined;
  /** The line so far; only its first characters matter. */
  #line = '';
  #lineIsEmpty = true;

  /** True when the next character stands in code, given that it is `character`. */
  before(character: string): boolean {
    if (this.#run !== undefined && character !== this.#run.character) this.#endRun(this.#run);
    return this.#state.kind !== 'text';
  }

  /** Takes a character; call `before` with it first. */
  take(character: string): void {
    if (character === '\n') this.#endLine();
    else if (character === '`' || (character === '~' && this.#mayBeTilde())) this.#extendRun(character);
    if (character === '\n') return;
    if (this.#line.length < LINE_HEAD) this.#line += character;
    if (character !== ' ' && character !== '\t' && character !== '\r') this.#lineIsEmpty = false;
  }

  /** Takes a piece of plain text at once: no backtick, no tilde, and no newline unless outside code. */
  takePlain(text: string): void {
    if (this.#run !== undefined) this.#endRun(this.#run);
    const newline = text.lastIndexOf('\n');
    if (newline >= 0) this.#line = '';
    const tail = text.slice(newline + 1);
    if (newline >= 0) this.#lineIsEmpty = true;
    this.#line += tail.slice(0, LINE_HEAD - this.#line.length);
    if (tail.trim() !== '') this.#lineIsEmpty = false;
  }

  #mayBeTilde(): boolean {
    return this.#run?.character === '~' || STARTS_LINE.test(this.#line);
  }

  #extendRun(character: string): void {
    if (this.#run === undefined)
      this.#run = { character, length: 1, startsLine: STARTS_LINE.test(this.#line) };
    else this.#run.length++;
  }

  #endRun(run: Run): void {
    this.#run = undefined;
    this.#state = afterRun(this.#state, run);
  }

  #endLine(): void {
    if (this.#state.kind === 'inline' && this.#lineIsEmpty) this.#state = { kind: 'text' };
    if (this.#state.kind === 'fence') this.#state = { ...this.#state, inFirstLine: false };
    this.#line = '';
    this.#lineIsEmpty = true;
  }
}

interface Run {
  readonly character: string;
  length: number;
  readonly startsLine: boolean;
}

type State =
  | { readonly kind: 'text' }
  | { readonly kind: 'inline'; readonly length: number }
  | {
      readonly kind: 'fence';
      readonly character: string;
      readonly length: number;
      readonly inFirstLine: boolean;
    };

const LINE_HEAD = 16;
/** Indentation, quote marks and a list marker may stand before a fence. */
const STARTS_LINE = /^[\s>]*(?:(?:[-*+]|\d{1,3}[.)])\s+)?$/;

function afterRun(state: State, run: Run): State {
  switch (state.kind) {
    case 'text':
      return afterOpening(run);
    case 'inline':
      return run.character === '`' && run.length === state.length ? { kind: 'text' } : state;
    case 'fence':
      return afterFenceRun(state, run);
  }
}

function afterOpening(run: Run): State {
  if (run.length >= 3 && run.startsLine)
    return { kind: 'fence', character: run.character, length: run.length, inFirstLine: true };
  return run.character === '`' ? { kind: 'inline', length: run.length } : { kind: 'text' };
}

function afterFenceRun(state: Extract<State, { kind: 'fence' }>, run: Run): State {
  if (run.character !== state.character) return state;
  // Backticks in the opening line: it was inline code that happens to start a line.
  if (state.inFirstLine) return afterRun({ kind: 'inline', length: state.length }, run);
  return run.startsLine && run.length >= state.length ? { kind: 'text' } : state;
}

import type { AnswerPart, FinishReason, Source, TokenUsage, Writer } from '../llm/spec.js';
import { plural } from './numbers.js';
import type { Terminal } from './terminal.js';

/** Prints the parts of one answer: text as it comes and the sources after it, or one JSON object at the end. */
export class AnswerPrinter {
  readonly #terminal: Terminal;
  readonly #format: 'text' | 'json';
  #text = '';
  #sources: readonly Source[] = [];
  #writer: Writer | undefined;
  #usage: TokenUsage | undefined;
  #finish: FinishReason | undefined;

  constructor(terminal: Terminal, format: 'text' | 'json') {
    this.#terminal = terminal;
    this.#format = format;
  }

  /** Takes the next part; throws the failure that an `error` part carries. */
  print(part: AnswerPart): void {
    switch (part.type) {
      case 'start':
        this.#writer = { model: part.model, provider: part.provider };
        break;
      case 'sources':
        this.#sources = part.sources;
        break;
      case 'writer':
        this.#writer = part.writer;
        break;
      case 'text-delta':
        this.#text += part.text;
        if (this.#format === 'text') this.#terminal.out(part.text);
        break;
      case 'usage':
        this.#usage = part.usage;
        break;
      case 'finish':
        this.#finish = part.reason;
        break;
      case 'error':
        if (this.#format === 'text' && this.#text !== '') this.#terminal.out('\n');
        throw part.error;
    }
  }

  end(): void {
    if (this.#format === 'json') this.#endJson();
    else this.#endText();
  }

  #endJson(): void {
    const answer = {
      answer: this.#text,
      sources: this.#sources,
      ...this.#writer,
      finishReason: this.#finish,
      usage: this.#usage,
    };
    this.#terminal.out(`${JSON.stringify(answer, undefined, 2)}\n`);
  }

  #endText(): void {
    const { style, out, note } = this.#terminal;
    if (!this.#text.endsWith('\n')) out('\n');
    if (this.#finish === 'length') note('(cut off: the model reached its output limit)');
    const cited = this.#sources.filter(({ n }) => this.#text.includes(`[${n}]`));
    const listed = cited.length > 0 ? cited : this.#sources;
    if (listed.length === 0) return;
    out(`\n${style('bold', 'Sources')}\n`);
    for (const source of listed) out(`${sourceLine(source)}\n`);
    const rest = this.#sources.length - listed.length;
    if (rest > 0) out(`${style('dim', `and ${plural(rest, 'passage')} that the answer does not cite`)}\n`);
    if (this.#writer) note(style('dim', `answered by ${this.#writer.model}`));
  }
}

/** `[1] guides/models.md › Models › Ollama`. */
function sourceLine({ n, source, headings }: Source): string {
  return `[${n}] ${[source, ...headings].join(' › ')}`;
}

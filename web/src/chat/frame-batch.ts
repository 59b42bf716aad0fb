/** Gathers streamed text and hands it on once a frame, however many pieces arrive: the page draws no more often. */
export class FrameBatch {
  #text = '';
  #frame: number | undefined;

  constructor(private readonly emit: (text: string) => void) {}

  add(text: string): void {
    this.#text += text;
    this.#frame ??= requestAnimationFrame(() => this.flush());
  }

  /** Hands on what is left. A hidden tab draws no frames; the end of the answer flushes there. */
  flush(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    const text = this.#text;
    this.#text = '';
    if (text !== '') this.emit(text);
  }
}

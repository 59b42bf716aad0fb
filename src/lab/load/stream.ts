import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { type TimerWheel, WheelItem } from '../wheel.js';
import { headerText, oneLine, refusalWords } from './failure-words.js';
import type { ErrorKind, Outcome } from './outcome.js';
import { StreamScanner, type StreamSign } from './scanner.js';

/** What a stream tells while it runs. */
export interface StreamListener {
  /** From the intended start to the first content. */
  firstToken(milliseconds: number): void;
  /** Between two contents. */
  nextToken(milliseconds: number): void;
  received(bytes: number): void;
  /** Exactly once. `isReusable` is false when the connection must be cut off. */
  ended(outcome: Outcome, isReusable: boolean): void;
}

export interface StreamOptions {
  /** When the request was meant to start, in the wheel's time; times count from here. */
  readonly intendedMs: number;
  readonly timeoutMs: number;
  readonly wheel: TimerWheel;
  readonly listener: StreamListener;
}

/** Of an answer's beginning, kept for the case that it is none. */
const SAMPLE_CHARACTERS = 300;
/** Of a refusal: its error object has to be whole to be read. */
const REFUSAL_CHARACTERS = 4096;

type Phase = 'connecting' | 'sent' | 'streaming' | 'refused' | 'over';

/** One request and its answer: an undici handler that looks at each byte once. */
export class LoadStream extends WheelItem implements Dispatcher.DispatchHandler {
  readonly #options: StreamOptions;
  readonly #scanner = new StreamScanner((sign) => this.#read(sign));
  #phase: Phase = 'connecting';
  #status = 0;
  #contents = 0;
  #usageTokens: number | undefined;
  #hasFinish = false;
  #isDone = false;
  #contentType = '';
  #lastTokenMs = 0;
  #nowMs = 0;
  #sample = '';

  constructor(options: StreamOptions) {
    super();
    this.#options = options;
    options.wheel.schedule(this, options.wheel.nowMs() + options.timeoutMs);
  }

  onRequestStart(): void {
    if (this.#phase === 'connecting') this.#phase = 'sent';
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#contentType = headerText(headers['content-type']);
    if (this.#phase === 'sent') this.#phase = status >= 200 && status < 300 ? 'streaming' : 'refused';
  }

  onResponseData(_: Dispatcher.DispatchController, bytes: Buffer): void {
    this.#options.listener.received(bytes.byteLength);
    const wanted = this.#phase === 'refused' ? REFUSAL_CHARACTERS : SAMPLE_CHARACTERS;
    if (this.#sample.length < wanted) this.#sample += bytes.toString('utf8', 0, wanted - this.#sample.length);
    if (this.#phase !== 'streaming') return;
    this.#nowMs = this.#options.wheel.nowMs();
    this.#scanner.push(bytes);
  }

  onResponseEnd(): void {
    if (this.#phase === 'refused') this.#refuse();
    else if (this.#hasFinish) this.#succeed();
    else this.#fail(...this.#incomplete(), true);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const reason = (error as NodeJS.ErrnoException).code ?? error.message;
    // The client is still busy with its failed connection; given back now, it would be used in the midst of that.
    if (this.#phase === 'connecting') this.#fail('connect', reason, false);
    else if (this.#phase === 'refused') this.#refuse();
    else this.#fail('cut', `connection closed ${this.#whereabouts()} (${reason})`, true);
  }

  /** The deadline. */
  onDue(): void {
    const { timeoutMs } = this.#options;
    this.#fail('timeout', `over ${timeoutMs} ms, ${this.#whereabouts()}`, false);
  }

  /** Ends it as `unfinished`. */
  abandon(): void {
    this.#end({ kind: 'unfinished' }, false);
  }

  #read(sign: StreamSign): void {
    switch (sign.kind) {
      case 'content':
        this.#token();
        break;
      case 'finish':
        this.#hasFinish = true;
        break;
      case 'usage':
        this.#usageTokens = sign.completionTokens;
        break;
      case 'done':
        this.#isDone = true;
        break;
      case 'error':
        this.#fail('error-event', sign.message, false);
        break;
      case 'malformed':
        this.#fail('malformed', sign.message, false);
    }
  }

  #token(): void {
    const { listener, intendedMs } = this.#options;
    if (this.#phase !== 'streaming') return;
    if (this.#contents++ === 0) listener.firstToken(this.#nowMs - intendedMs);
    else listener.nextToken(this.#nowMs - this.#lastTokenMs);
    this.#lastTokenMs = this.#nowMs;
  }

  #incomplete(): [ErrorKind, string] {
    if (this.#contents === 0 && !this.#sample.includes('data:')) return ['malformed', this.#notAStream()];
    return ['cut', `ended ${this.#whereabouts()}, without a finish reason`];
  }

  #notAStream(): string {
    const type = this.#contentType === '' ? '' : ` (${this.#contentType})`;
    return `not an event stream${type}: ${this.#sample === '' ? 'nothing at all' : this.#sample}`;
  }

  /** How far it came, in words without numbers: like failures are counted together. */
  #whereabouts(): string {
    if (this.#isDone) return 'with the connection kept open after [DONE]';
    if (this.#hasFinish) return 'after the finish reason';
    return this.#contents === 0 ? 'before the first token' : 'in mid-answer';
  }

  #refuse(): void {
    this.#fail('status', refusalWords(this.#sample), true);
  }

  #succeed(): void {
    const totalMs = this.#options.wheel.nowMs() - this.#options.intendedMs;
    this.#end({ kind: 'ok', tokens: this.#usageTokens ?? this.#contents, totalMs }, true);
  }

  #fail(error: ErrorKind, message: string, isReusable: boolean): void {
    const outcome = { kind: 'failed', error, message: oneLine(message) } as const;
    this.#end(error === 'status' ? { ...outcome, status: this.#status } : outcome, isReusable);
  }

  #end(outcome: Outcome, isReusable: boolean): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#options.wheel.cancel(this);
    this.#options.listener.ended(outcome, isReusable);
  }
}

import {
  abortReason,
  type BatchFlow,
  BatchIterator,
  type BatchSink,
  type BatchSource,
  Cancellation,
  NaraeError,
  soon,
  throwIfAborted,
  toNaraeError,
} from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { Limiter, LimiterPermit, Timers } from '../../resilience/index.js';
import type { LlmContext, LlmPart, LlmProvider, LlmRequest } from '../spec.js';
import type { Deadline, DeadlineWheel } from '../upstream/deadline-wheel.js';
import { admit } from './admit.js';
import { type Found, openFirst } from './fallback.js';
import type { EarlyStopOptions } from './options.js';
import type { OpenedStream, Route } from './route.js';

export interface RoutedModelSettings {
  /** The providers of the model's endpoints, at least one. */
  readonly providers: readonly LlmProvider[];
  /** The model's own endpoints, then its fallbacks. */
  readonly routes: readonly [Route, ...Route[]];
  /** Shared by all models. */
  readonly limiter: Limiter;
  /** From the first attempt to the end of the answer, whatever number of attempts that takes. */
  readonly totalTimeoutMs: number;
  readonly wheel: Pick<DeadlineWheel, 'start'>;
  readonly earlyStop: EarlyStopOptions;
  readonly emit: EventSink;
  readonly timers: Timers;
}

/**
 * One generation of a routed model: waits for its place, opens the first route that answers and lets the parts
 * through. When it ends, is left or aborts, everything that it holds is freed in that moment.
 */
export class RoutedStream implements BatchSource<LlmPart>, BatchFlow, BatchSink<LlmPart> {
  readonly #settings: RoutedModelSettings;
  readonly #request: LlmRequest;
  readonly #context: LlmContext;
  /** Ends every wait and every call that this stream has made. */
  readonly #cancel = new Cancellation();
  readonly #onAbort = (): void => this.fail(abortReason(this.#context.signal));
  #sink: BatchSink<LlmPart> | undefined;
  #deadline: Deadline | undefined;
  #permit: LimiterPermit | undefined;
  #opened: OpenedStream | undefined;
  #flow: BatchFlow | undefined;
  #isOver = false;

  constructor(settings: RoutedModelSettings, request: LlmRequest, context: LlmContext) {
    this.#settings = settings;
    this.#request = request;
    this.#context = context;
  }

  [Symbol.asyncIterator](): BatchIterator<LlmPart> {
    return new BatchIterator(this);
  }

  pipe(sink: BatchSink<LlmPart>): BatchFlow {
    this.#sink = sink;
    soon(() => void this.#run());
    return this;
  }

  pause(): void {
    this.#flow?.pause();
  }

  resume(): void {
    this.#flow?.resume();
  }

  stop(): void {
    this.#leave();
  }

  push(batch: readonly LlmPart[]): void {
    this.#sink?.push(batch);
  }

  end(): void {
    if (this.#isOver) return;
    this.#leave();
    this.#sink?.end();
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#leave(error);
    this.#sink?.fail(error);
  }

  async #run(): Promise<void> {
    if (this.#isOver) return;
    try {
      await this.#open();
    } catch (error) {
      this.fail(error);
    }
  }

  async #open(): Promise<void> {
    const { signal } = this.#context;
    throwIfAborted(signal);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    const permit = await this.#admit();
    if (this.#isOver) return permit.release();
    this.#permit = permit;
    const { wheel, totalTimeoutMs } = this.#settings;
    this.#deadline = wheel.start(totalTimeoutMs, () => this.fail(this.#timeout()));
    const found = await this.#openRoute();
    // The abort may have come between the content's arrival and this line.
    if (this.#isOver) return found.opened.close();
    this.#opened = found.opened;
    this.#flow = found.opened.pipe(this);
    this.push(this.#withWriter(found));
  }

  #leave(reason?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deadline?.cancel();
    this.#context.signal.removeEventListener('abort', this.#onAbort);
    this.#opened?.close();
    this.#permit?.release();
    // Ends whatever is still being waited for; after an end there is nothing.
    if (this.#opened === undefined) this.#cancel.abort(reason);
  }

  #admit(): Promise<LimiterPermit> {
    const { limiter, timers, emit } = this.#settings;
    return admit(limiter, this.#cancel, timers, (waitedMs, outcome) =>
      emit({ type: 'limit-waited', limit: 'total', waitedMs, outcome }),
    );
  }

  #openRoute(): Promise<Found> {
    const { routes, emit } = this.#settings;
    const { requestId } = this.#context;
    return openFirst(routes, this.#request, { signal: this.#cancel, requestId }, (from, to, error) =>
      emit({
        type: 'generation-fell-back',
        ...(requestId !== undefined && { requestId }),
        model: from.model,
        fallback: to.model,
        errorCode: toNaraeError(error).code,
      }),
    );
  }

  #withWriter({ route, opened }: Found): readonly LlmPart[] {
    if (route === this.#settings.routes[0]) return opened.first;
    const { model, provider } = route;
    return [{ type: 'writer', writer: { model, provider } }, ...opened.first];
  }

  #timeout(): NaraeError {
    const { routes, totalTimeoutMs } = this.#settings;
    const model = routes[0].model;
    const values = { model, seconds: totalTimeoutMs / 1000, phase: 'in all', key: 'totalTimeoutSeconds' };
    return new NaraeError('llm_timeout', { values });
  }
}

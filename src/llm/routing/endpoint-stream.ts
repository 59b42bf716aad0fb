import { abortReason, type NaraeError, toNaraeError } from '../../core/index.js';
import type { BreakerPass, LimiterPermit, Timers } from '../../resilience/index.js';
import type { LlmPart, LlmRequest } from '../spec.js';
import type { RoutedEndpoint } from './endpoint.js';
import { judge } from './judgement.js';
import { leaveIterator, type OpenedStream, readFirst } from './route.js';

export interface EndpointCall {
  readonly endpoint: RoutedEndpoint;
  readonly request: LlmRequest;
  readonly signal: AbortSignal;
  readonly permit: LimiterPermit;
  readonly pass: BreakerPass;
  readonly timers: Timers;
}

/**
 * One call to one endpoint. Whatever way it ends, the endpoint's health, its breaker and its limit learn of it once,
 * and its place is free again.
 */
export class EndpointStream implements OpenedStream {
  first: readonly LlmPart[] = [];
  readonly #call: EndpointCall;
  readonly #startedAtMs: number;
  #parts: AsyncIterator<readonly LlmPart[], unknown> | undefined;
  #opened = false;
  #closed = false;

  private constructor(call: EndpointCall) {
    this.#call = call;
    this.#startedAtMs = call.timers.monotonicMs();
    call.endpoint.started();
  }

  /** Starts the call and waits for its first content. Rejects with a NaraeError, everything freed. */
  static async open(call: EndpointCall): Promise<EndpointStream> {
    const stream = new EndpointStream(call);
    try {
      await stream.#open();
      return stream;
    } catch (thrown) {
      throw stream.#failed(thrown);
    }
  }

  /** From the call to now. */
  get ageMs(): number {
    return this.#call.timers.monotonicMs() - this.#startedAtMs;
  }

  async next(): Promise<IteratorResult<readonly LlmPart[], unknown>> {
    if (this.#parts === undefined || this.#closed) return { done: true, value: undefined };
    try {
      const result = await this.#parts.next();
      if (result.done) this.close();
      return result;
    } catch (thrown) {
      throw this.#failed(thrown);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#call.endpoint.ended();
    this.#call.permit.release();
    if (this.#parts !== undefined) leaveIterator(this.#parts);
  }

  async #open(): Promise<void> {
    const { endpoint, request, signal, pass } = this.#call;
    const upstreamRequest = { ...request, model: endpoint.upstreamModel };
    this.#parts = endpoint.provider.stream(upstreamRequest, { signal })[Symbol.asyncIterator]();
    this.first = await readFirst(this.#parts);
    this.#opened = true;
    pass.succeeded();
    endpoint.gaveFirstToken(this.ageMs);
  }

  #failed(thrown: unknown): NaraeError {
    const error = this.#call.signal.aborted ? abortReason(this.#call.signal) : toNaraeError(thrown);
    if (!this.#closed) this.#report(error);
    this.close();
    return error;
  }

  #report(error: NaraeError): void {
    const { endpoint, pass } = this.#call;
    const { blamesEndpoint, isOverload } = judge(error);
    if (blamesEndpoint || isOverload) endpoint.failed(error);
    if (blamesEndpoint) pass.failed();
    else if (!isOurEnd(error)) pass.succeeded();
    else {
      pass.abandoned();
      if (!this.#opened) endpoint.keptWaiting(this.ageMs);
    }
  }
}

/** The call was ended by us and says nothing about the endpoint; any other harmless failure is an answer from it. */
function isOurEnd(error: NaraeError): boolean {
  return error.code === 'aborted' || error.code === 'closing' || error.code === 'internal';
}

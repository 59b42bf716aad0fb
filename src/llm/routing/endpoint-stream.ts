import {
  abortReason,
  type BatchFlow,
  type BatchSink,
  type CancelSignal,
  type NaraeError,
  toNaraeError,
} from '../../core/index.js';
import type { BreakerPass, LimiterPermit, Timers } from '../../resilience/index.js';
import type { LlmPart, LlmRequest } from '../spec.js';
import type { RoutedEndpoint } from './endpoint.js';
import { judge } from './judgement.js';
import { openStream, type StreamWitness } from './opened-stream.js';
import type { OpenedStream } from './route.js';

export interface EndpointCall {
  readonly endpoint: RoutedEndpoint;
  readonly request: LlmRequest;
  readonly signal: CancelSignal;
  readonly permit: LimiterPermit;
  readonly pass: BreakerPass;
  readonly timers: Timers;
}

/**
 * One call to one endpoint. Whatever way it ends, the endpoint's health, its breaker and its limit learn of it once,
 * and its place is free again.
 */
export class EndpointStream implements OpenedStream, StreamWitness {
  readonly #call: EndpointCall;
  readonly #startedAtMs: number;
  #stream: OpenedStream | undefined;
  #isOpened = false;
  #isClosed = false;

  private constructor(call: EndpointCall) {
    this.#call = call;
    this.#startedAtMs = call.timers.monotonicMs();
    call.endpoint.started();
  }

  /** Starts the call and waits for its first content. Rejects with a NaraeError, everything freed. */
  static async open(call: EndpointCall): Promise<EndpointStream> {
    const stream = new EndpointStream(call);
    const { endpoint, request, signal } = call;
    const upstreamRequest = { ...request, model: endpoint.upstreamModel };
    const context = { signal, calledAs: endpoint.calledAs };
    stream.#stream = await openStream(() => endpoint.provider.stream(upstreamRequest, context), stream);
    return stream;
  }

  get first(): readonly LlmPart[] {
    return this.#stream?.first ?? [];
  }

  /** From the call to now. */
  get ageMs(): number {
    return this.#call.timers.monotonicMs() - this.#startedAtMs;
  }

  pipe(sink: BatchSink<LlmPart>): BatchFlow {
    return (this.#stream as OpenedStream).pipe(sink);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#free();
    this.#stream?.close();
  }

  opened(): void {
    this.#isOpened = true;
    this.#call.pass.succeeded();
    this.#call.endpoint.gaveFirstToken(this.ageMs);
  }

  ended(): void {
    this.#free();
  }

  failed(thrown: unknown): NaraeError {
    const { signal } = this.#call;
    const error = signal.aborted ? abortReason(signal) : toNaraeError(thrown);
    if (!this.#isClosed) this.#report(error);
    this.#free();
    return error;
  }

  #free(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#call.endpoint.ended();
    this.#call.permit.release();
  }

  #report(error: NaraeError): void {
    const { endpoint, pass } = this.#call;
    const { blamesEndpoint, isOverload } = judge(error);
    if (blamesEndpoint || isOverload) endpoint.failed(error);
    if (blamesEndpoint) pass.failed();
    else if (!isOurEnd(error)) pass.succeeded();
    else {
      pass.abandoned();
      if (!this.#isOpened) endpoint.keptWaiting(this.ageMs);
    }
  }
}

/** The call was ended by us and says nothing about the endpoint; any other harmless failure is an answer from it. */
function isOurEnd(error: NaraeError): boolean {
  return error.code === 'aborted' || error.code === 'closing' || error.code === 'internal';
}

import { type CancelSignal, toNaraeError } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import {
  CallBudget,
  type HedgeLane,
  hedge,
  retry,
  type SelectionPolicy,
  type Timers,
} from '../../resilience/index.js';
import type { LlmRequest } from '../spec.js';
import { type AdmitOutcome, admit } from './admit.js';
import { type RoutedEndpoint, unavailable } from './endpoint.js';
import { EndpointStream } from './endpoint-stream.js';
import { HedgeTiming } from './hedge-timing.js';
import type { RoutingOptions } from './options.js';
import type { OpenedStream, Route, RouteCall } from './route.js';
import { Visits } from './visits.js';

/** Retries that can be saved up for a bad moment. */
const RETRY_BURST = 20;

export interface GroupSettings {
  readonly model: string;
  readonly endpoints: readonly RoutedEndpoint[];
  readonly policy: SelectionPolicy<RoutedEndpoint>;
  readonly options: RoutingOptions;
  readonly emit: EventSink;
  readonly timers: Timers;
}

/** A model's endpoints: chooses one, tries again where it may, hedges when that is switched on. */
export class EndpointGroup implements Route {
  readonly model: string;
  /** Of its first endpoint, as everywhere where a model on several has one name. */
  readonly provider: string;
  readonly #settings: GroupSettings;
  readonly #retryBudget: CallBudget;
  readonly #hedgeTiming: HedgeTiming;

  constructor(settings: GroupSettings) {
    this.model = settings.model;
    this.provider = settings.endpoints[0]?.provider.name ?? '';
    this.#settings = settings;
    const { options, timers } = settings;
    const { retryBudgetRatio: ratio, retryBudgetPerSecond: floorPerSecond } = options;
    this.#retryBudget = new CallBudget({ ratio, floorPerSecond, burst: RETRY_BURST }, timers);
    this.#hedgeTiming = new HedgeTiming(options.hedge, timers);
  }

  open(request: LlmRequest, call: RouteCall): Promise<OpenedStream> {
    const { endpoints, options, timers } = this.#settings;
    const visits = new Visits(this.model, endpoints);
    this.#retryBudget.deposit();
    this.#hedgeTiming.deposit();
    return retry(() => this.#attempt(request, call, visits), {
      options: options.retry,
      budget: this.#retryBudget,
      signal: call.signal,
      timers,
      judge: (error) => visits.verdict(error),
      onRetry: (facts) => this.#tellRetry(facts, call, visits),
    });
  }

  #attempt(request: LlmRequest, call: RouteCall, visits: Visits): Promise<OpenedStream> {
    const endpoint = this.#settings.policy.pick(visits.candidates());
    const delayMs = this.#hedgeTiming.delayMs();
    if (delayMs === undefined) return this.#openOn(endpoint, request, call, visits);
    return this.#openHedged(endpoint, delayMs, request, call, visits);
  }

  async #openOn(
    endpoint: RoutedEndpoint,
    request: LlmRequest,
    call: RouteCall,
    visits: Visits,
  ): Promise<OpenedStream> {
    visits.began(endpoint);
    try {
      const stream = await this.#callEndpoint(endpoint, request, call);
      this.#hedgeTiming.gaveFirstToken(stream.ageMs);
      return stream;
    } catch (error) {
      visits.failed(endpoint, error);
      throw error;
    }
  }

  async #callEndpoint(
    endpoint: RoutedEndpoint,
    request: LlmRequest,
    { signal }: RouteCall,
  ): Promise<EndpointStream> {
    const { timers } = this.#settings;
    const permit = await admit(endpoint.limiter, signal, timers, (waitedMs, outcome) =>
      this.#tellWait(endpoint, waitedMs, outcome),
    );
    // Calls made while this one waited may have opened the breaker.
    const pass = endpoint.breaker.enter();
    if (pass === undefined) {
      permit.release();
      throw unavailable(this.model, [endpoint]);
    }
    return EndpointStream.open({ endpoint, request, signal, permit, pass, timers });
  }

  async #openHedged(
    first: RoutedEndpoint,
    delayMs: number,
    request: LlmRequest,
    call: RouteCall,
    visits: Visits,
  ): Promise<OpenedStream> {
    let second: RoutedEndpoint | undefined;
    const run = (signal: CancelSignal, lane: HedgeLane): Promise<OpenedStream> =>
      this.#openOn(lane === 0 ? first : (second ?? first), request, { ...call, signal }, visits);
    const win = await hedge(run, {
      delayMs,
      signal: call.signal,
      timers: this.#settings.timers,
      mayStart: () => {
        const ready = visits.hedgeCandidates(first);
        if (ready.length === 0 || !this.#hedgeTiming.tryWithdraw()) return false;
        second = this.#settings.policy.pick(ready);
        return true;
      },
      discard: (late) => late.close(),
      onSettled: (winner) => this.#tellHedge(delayMs, winner, call),
    });
    return disposingWith(win.value, () => win.dispose());
  }

  #tellRetry(
    { attempt, delayMs, error }: { attempt: number; delayMs: number; error: unknown },
    { requestId }: RouteCall,
    { last }: Visits,
  ): void {
    this.#settings.emit({
      type: 'generation-retried',
      ...(requestId !== undefined && { requestId }),
      model: this.model,
      endpoint: last?.name ?? '',
      attempt,
      delayMs,
      errorCode: toNaraeError(error).code,
    });
  }

  #tellHedge(delayMs: number, winner: HedgeLane | undefined, { requestId }: RouteCall): void {
    const outcome = winner === undefined ? 'failed' : winner === 0 ? 'first-won' : 'second-won';
    this.#settings.emit({
      type: 'generation-hedged',
      ...(requestId !== undefined && { requestId }),
      model: this.model,
      delayMs,
      outcome,
    });
  }

  #tellWait(endpoint: RoutedEndpoint, waitedMs: number, outcome: AdmitOutcome): void {
    this.#settings.emit({
      type: 'limit-waited',
      limit: 'endpoint',
      endpoint: endpoint.name,
      waitedMs,
      outcome,
    });
  }
}

/** The stream, which also lets go of its hedge's signal when it closes or ends. */
function disposingWith(stream: OpenedStream, dispose: () => void): OpenedStream {
  return {
    first: stream.first,
    pipe: (sink) => stream.pipe(sink),
    close: () => {
      stream.close();
      dispose();
    },
  };
}

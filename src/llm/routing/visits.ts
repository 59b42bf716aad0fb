import { LimitExceeded, type RetryVerdict } from '../../resilience/index.js';
import { type RoutedEndpoint, unavailable } from './endpoint.js';
import { judge } from './judgement.js';

/** Where one generation has been among a model's endpoints, and where it may go next. */
export class Visits {
  readonly #model: string;
  readonly #endpoints: readonly RoutedEndpoint[];
  /** Few, and mostly one. */
  readonly #tried: RoutedEndpoint[] = [];
  readonly #ruledOut: RoutedEndpoint[] = [];

  constructor(model: string, endpoints: readonly RoutedEndpoint[]) {
    this.#model = model;
    this.#endpoints = endpoints;
  }

  /** The endpoint of the last attempt. */
  last: RoutedEndpoint | undefined;

  /**
   * The best class of endpoints for the next attempt: preferably not tried yet, not asked to be left alone, and with
   * room. Throws `llm_unavailable` when every breaker is open.
   */
  candidates(): readonly RoutedEndpoint[] {
    const usable = this.#usable();
    if (usable.length === 0) throw unavailable(this.#model, this.#endpoints);
    if (usable.length === 1) return usable;
    const untried = prefer(usable, (endpoint) => !this.#tried.includes(endpoint));
    const rested = prefer(untried, (endpoint) => endpoint.restsForMs === 0);
    return prefer(rested, (endpoint) => endpoint.limiter.hasRoom);
  }

  /** Where a second call beside the one on `first` would start at once; another endpoint if there is one. */
  hedgeCandidates(first: RoutedEndpoint): readonly RoutedEndpoint[] {
    const ready = this.#usable().filter(({ limiter, restsForMs }) => limiter.hasRoom && restsForMs === 0);
    return prefer(ready, (endpoint) => endpoint !== first);
  }

  began(endpoint: RoutedEndpoint): void {
    this.last = endpoint;
    this.#tried.push(endpoint);
  }

  failed(endpoint: RoutedEndpoint, error: unknown): void {
    if (judge(error).next === 'elsewhere') this.#ruledOut.push(endpoint);
  }

  /** What to do after an attempt failed. */
  verdict(error: unknown): RetryVerdict {
    if (judge(error).next === 'nowhere') return { kind: 'give-up' };
    const usable = this.#usable();
    const untried = usable.filter((endpoint) => !this.#tried.includes(endpoint));
    if (error instanceof LimitExceeded) return afterLimit(untried);
    if (untried.length > 0) return { kind: 'elsewhere' };
    if (usable.length === 0) return { kind: 'give-up' };
    return { kind: 'again', floorMs: Math.min(...usable.map(({ restsForMs }) => restsForMs)) };
  }

  #usable(): readonly RoutedEndpoint[] {
    return this.#endpoints.filter(
      (endpoint) => endpoint.breaker.available && !this.#ruledOut.includes(endpoint),
    );
  }
}

/** Whoever waited in one queue in vain does not go on to wait in the next. */
function afterLimit(untried: readonly RoutedEndpoint[]): RetryVerdict {
  return { kind: untried.some(({ limiter }) => limiter.hasRoom) ? 'elsewhere' : 'give-up' };
}

/** Those of which the condition holds; all of them when it holds of none. */
function prefer<Member>(members: readonly Member[], holds: (member: Member) => boolean): readonly Member[] {
  const preferred = members.filter(holds);
  return preferred.length === 0 ? members : preferred;
}

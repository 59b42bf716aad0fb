import type { Client } from 'undici';
import { TimerWheel } from '../wheel.js';
import { evenArrivals, randomArrivals, traceArrivals } from './arrivals/arrivals.js';
import type { Connections } from './connections.js';
import type { CheckedLoad } from './options.js';
import type { Outcome } from './outcome.js';
import { ClosedPacer } from './pacing/closed.js';
import { OpenPacer } from './pacing/open.js';
import type { Pacer, Starter } from './pacing/pacer.js';
import type { Recorder } from './recorder.js';
import { RequestBodies } from './request-bodies.js';
import { LoadStream, type StreamListener } from './stream.js';
import type { Endpoint } from './target.js';

/** One phase of load: starts streams as its pacer says, until the pacer is over and the last stream has ended. */
export class Phase implements Starter {
  readonly #load: CheckedLoad;
  readonly #endpoint: Endpoint;
  readonly #connections: Connections;
  readonly #recorder: Recorder;
  readonly #bodies: RequestBodies;
  readonly #wheel = new TimerWheel();
  readonly #streams = new Set<LoadStream>();
  readonly #pacer: Pacer;
  #resolve: () => void = () => {};

  constructor(load: CheckedLoad, endpoint: Endpoint, connections: Connections, recorder: Recorder) {
    this.#load = load;
    this.#endpoint = endpoint;
    this.#connections = connections;
    this.#recorder = recorder;
    this.#bodies = new RequestBodies(load.target);
    this.#pacer = pacerFor(load, this.#wheel, this);
  }

  get inFlight(): number {
    return this.#streams.size;
  }

  get dropped(): number {
    return this.#pacer.dropped;
  }

  async finished(): Promise<void> {
    const { signal } = this.#load;
    const stop = (): void => this.#stop();
    const over = new Promise<void>((resolve) => {
      this.#resolve = resolve;
    });
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) this.#resolve();
    else this.#pacer.begin();
    await over;
    signal?.removeEventListener('abort', stop);
    this.#wheel.clear();
  }

  start(intendedMs: number): void {
    const number = this.#recorder.started;
    this.#recorder.start();
    this.#recorder.startDelay.add(this.#wheel.nowMs() - intendedMs);
    const client = this.#connections.take();
    const stream = this.#openStream(client, intendedMs);
    const { path, headers } = this.#endpoint;
    client.dispatch({ method: 'POST', path, headers, body: this.#bodies.of(number) }, stream);
  }

  settle(): void {
    if (this.#streams.size === 0 && this.#pacer.isOver) this.#resolve();
  }

  #openStream(client: Client, intendedMs: number): LoadStream {
    const { firstToken, interToken } = this.#recorder;
    const listener: StreamListener = {
      firstToken: (ms) => {
        this.#recorder.contents++;
        firstToken.add(ms);
      },
      nextToken: (ms) => {
        this.#recorder.contents++;
        interToken.add(ms);
      },
      received: (bytes) => {
        this.#recorder.bytes += bytes;
      },
      ended: (outcome, isReusable) => {
        this.#streams.delete(stream);
        if (isReusable) this.#connections.give(client);
        else this.#connections.discard(client);
        this.#ended(outcome);
      },
    };
    const stream = new LoadStream({
      intendedMs,
      timeoutMs: this.#load.timeoutMs,
      wheel: this.#wheel,
      listener,
    });
    this.#streams.add(stream);
    return stream;
  }

  #ended(outcome: Outcome): void {
    this.#recorder.end(outcome);
    this.#pacer.ended(!(outcome.kind === 'failed' && outcome.error === 'connect'));
    this.settle();
  }

  #stop(): void {
    this.#pacer.stop();
    for (const stream of [...this.#streams]) stream.abandon();
    this.settle();
  }
}

function pacerFor(load: CheckedLoad, wheel: TimerWheel, starter: Starter): Pacer {
  const { shape, maxInFlight } = load;
  const durationMs = load.durationMs ?? Number.POSITIVE_INFINITY;
  const requests = load.requests ?? Number.POSITIVE_INFINITY;
  const open = { maxInFlight, durationMs, requests, graceMs: load.timeoutMs };
  switch (shape.kind) {
    case 'closed':
      return new ClosedPacer({ ...shape, rampMs: shape.rampMs ?? 0, durationMs, requests }, wheel, starter);
    case 'rate': {
      const make = shape.spacing === 'even' ? evenArrivals : randomArrivals;
      return new OpenPacer({ ...open, arrivals: make(shape.perSecond) }, wheel, starter);
    }
    case 'trace':
      return new OpenPacer({ ...open, arrivals: traceArrivals(shape.timesMs, shape.speed) }, wheel, starter);
  }
}

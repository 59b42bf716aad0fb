import type { BatchFlow, BatchSink, CancelSignal } from '../../core/index.js';
import type { LlmPart, LlmProvider, LlmRequest } from '../spec.js';
import { openStream } from './opened-stream.js';

/** What all attempts of one generation share. */
export interface RouteCall {
  /** Ends every wait and every call. */
  readonly signal: CancelSignal;
  readonly requestId: string | undefined;
}

/** A stream whose first content is here: from now on a failure is final. */
export interface OpenedStream {
  /** The first parts; there is content among them. */
  readonly first: readonly LlmPart[];
  /** Gives what follows to the sink, once; a failure is a NaraeError. */
  pipe(sink: BatchSink<LlmPart>): BatchFlow;
  /** Closes the upstream if it is still open, and frees what the stream holds. Waits for nothing; idempotent. */
  close(): void;
}

/** A way to an answer. */
export interface Route {
  /** As clients name it. */
  readonly model: string;
  readonly provider: string;
  /** Rejects with a NaraeError when there is no content to be had this way. */
  open(request: LlmRequest, call: RouteCall): Promise<OpenedStream>;
}

/** A provider without a network behind it, such as the extractive one: neither limited nor watched. */
export class DirectRoute implements Route {
  readonly model: string;
  readonly provider: string;
  readonly #provider: LlmProvider;

  constructor(model: string, provider: LlmProvider) {
    this.model = model;
    this.provider = provider.name;
    this.#provider = provider;
  }

  open(request: LlmRequest, { signal }: RouteCall): Promise<OpenedStream> {
    return openStream(() => this.#provider.stream({ ...request, model: this.model }, { signal }));
  }
}

import { NaraeError } from '../../core/index.js';
import type { LlmPart, LlmProvider, LlmRequest } from '../spec.js';
import { isContent } from './content.js';

/** What all attempts of one generation share. */
export interface RouteCall {
  /** Ends every wait and every call. */
  readonly signal: AbortSignal;
  readonly requestId: string | undefined;
}

/** A stream whose first content is here: from now on a failure is final. */
export interface OpenedStream {
  /** The first parts; there is content among them. */
  readonly first: readonly LlmPart[];
  /** The next batch; rejects with a NaraeError. */
  next(): Promise<IteratorResult<readonly LlmPart[], unknown>>;
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

/** Reads up to the first content. Throws `llm_stream_broken` for a stream that ends without any. */
export async function readFirst(
  parts: AsyncIterator<readonly LlmPart[], unknown>,
): Promise<readonly LlmPart[]> {
  let first: readonly LlmPart[] = [];
  while (!isContent(first)) {
    const result = await parts.next();
    if (result.done) throw new NaraeError('llm_stream_broken', { values: { reason: 'it was empty' } });
    first = first.length === 0 ? result.value : [...first, ...result.value];
  }
  return first;
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

  async open(request: LlmRequest, { signal }: RouteCall): Promise<OpenedStream> {
    const parts = this.#provider
      .stream({ ...request, model: this.model }, { signal })
      [Symbol.asyncIterator]();
    const first = await readFirst(parts);
    return { first, next: () => parts.next(), close: () => leaveIterator(parts) };
  }
}

/** Ends an iteration without waiting for it: what is cut off has nobody left to report to. */
export function leaveIterator(parts: AsyncIterator<unknown, unknown>): void {
  parts.return?.().catch(() => {});
}

import { abortReason, type DerivedSignal, deriveSignal, NaraeError } from '../../core/index.js';
import type { LlmTimeouts } from '../options.js';
import type { LlmPart, LlmRequest } from '../spec.js';
import type { DeadlineWheel } from './deadline-wheel.js';
import type { EventDecoder } from './decoder.js';
import type { Endpoint, UpstreamReply } from './endpoint.js';
import { refuseFailure, transportError } from './failures.js';
import { ReplyReader } from './reply-reader.js';
import { StreamWatch } from './stream-watch.js';
import { UsageEstimate } from './usage-estimate.js';

/** What may still come after the end of an answer before its connection is given up. */
const DRAIN_LIMIT_BYTES = 16 * 1024;
const DRAIN_TIMEOUT_MS = 1_000;

export interface UpstreamCall {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly request: LlmRequest;
  readonly decoder: EventDecoder;
  readonly timeouts: LlmTimeouts & { readonly connectTimeoutMs: number };
  readonly wheel: DeadlineWheel;
  readonly apiKey: string | undefined;
}

/**
 * Sends the call and yields its parts, one batch for each chunk of bytes, then usage and finish.
 * Ends normally only after the upstream said why its answer ended. Leaving early, aborting or a timeout closes the
 * upstream connection at once; after a normal end the connection is kept for the next request.
 */
export async function* streamParts(
  call: UpstreamCall,
  signal: AbortSignal,
): AsyncGenerator<readonly LlmPart[], void, void> {
  const derived = deriveSignal(signal);
  let reply: UpstreamReply | undefined;
  let complete = false;
  const watch = startWatch(call, derived, () => reply?.body.destroy());
  try {
    reply = await call.endpoint.post(call.path, JSON.stringify(call.body), derived.signal);
    await refuseFailure(reply, identity(call));
    yield* readReply(reply, call, watch);
    complete = true;
  } catch (error) {
    throw failure(error, call, derived.signal, reply !== undefined);
  } finally {
    watch.dispose();
    derived.dispose();
    if (reply !== undefined) release(reply, complete, call.wheel);
  }
}

async function* readReply(
  reply: UpstreamReply,
  call: UpstreamCall,
  watch: StreamWatch,
): AsyncGenerator<readonly LlmPart[], void, void> {
  const reader = new ReplyReader(call.decoder);
  const estimate = new UsageEstimate(call.request);
  try {
    for await (const chunk of chunksOf(reply)) {
      const parts = reader.push(chunk);
      if (parts.length > 0) {
        estimate.add(parts);
        watch.pause();
        yield parts;
        watch.resume();
      }
      if (call.decoder.closed) break;
      if (call.decoder.finish !== undefined) watch.allowGrace();
    }
  } catch (error) {
    // A connection that breaks after the finish reason took nothing of the answer with it.
    if (call.decoder.finish === undefined || error instanceof NaraeError) throw error;
  }
  const rest = reader.end();
  estimate.add(rest);
  yield [...rest, ...ending(call.decoder, estimate)];
}

/** Does not destroy the body when the loop is left: what follows is drained so that the connection can be reused. */
function chunksOf(reply: UpstreamReply): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => reply.body.iterator({ destroyOnReturn: false }) };
}

function ending(decoder: EventDecoder, estimate: UsageEstimate): LlmPart[] {
  return [
    { type: 'usage', usage: decoder.usage ?? estimate.usage() },
    { type: 'finish', reason: decoder.finish ?? 'stop' },
  ];
}

function startWatch(call: UpstreamCall, derived: DerivedSignal, onGraceOver: () => void): StreamWatch {
  return new StreamWatch({
    wheel: call.wheel,
    timeouts: call.timeouts,
    model: call.request.model,
    onTimeout: (error) => derived.abort(error),
    onGraceOver,
  });
}

function identity(call: UpstreamCall): { host: string; apiKey: string | undefined } {
  return { host: call.endpoint.host, apiKey: call.apiKey };
}

function failure(error: unknown, call: UpstreamCall, signal: AbortSignal, replied: boolean): NaraeError {
  if (signal.aborted) return abortReason(signal);
  const { connectTimeoutMs } = call.timeouts;
  return transportError(error, { ...identity(call), model: call.request.model, connectTimeoutMs, replied });
}

function release(reply: UpstreamReply, complete: boolean, wheel: DeadlineWheel): void {
  reply.body.on('error', ignore);
  if (!complete) {
    reply.body.destroy();
    return;
  }
  const deadline = wheel.start(DRAIN_TIMEOUT_MS, () => reply.body.destroy());
  reply.body
    .dump({ limit: DRAIN_LIMIT_BYTES })
    .catch(ignore)
    .finally(() => deadline.cancel());
}

/** The answer is already complete or already failed; what happens to its connection concerns nobody. */
function ignore(): void {}

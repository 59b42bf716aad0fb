import { ApiFailure, failureFromBody } from './failure.js';
import { keptSince } from './kept-since.js';
import { SseParser } from './sse.js';
import type { AnswerMeta, CacheFacts, Source, TurnStatus } from './types.js';

/** What an answer's stream brings. Exactly one `finish` ends it; everything else that ends it is thrown. */
export type ChatEvent =
  | { readonly type: 'start'; readonly run: string; readonly thread: string }
  | { readonly type: 'meta'; readonly meta: Partial<AnswerMeta> }
  | { readonly type: 'text'; readonly text: string }
  /** The turn is stored under this number. */
  | { readonly type: 'stored'; readonly sequence: number; readonly status: TurnStatus }
  | { readonly type: 'finish'; readonly reason: string };

/** Events that came together, with the id from which the stream goes on after them. */
export interface ChatPart {
  readonly id: number;
  readonly events: readonly ChatEvent[];
}

/** The server sends a heartbeat every 15 s; after this long without a byte the connection is taken for dead. */
const STALL_TIMEOUT_MS = 90_000;

/**
 * Reads the stream of a run. Throws an ApiFailure when the server reports an error in mid-stream, and `incomplete`
 * when the stream ends without saying how the answer finished: a cut answer never looks complete.
 */
export async function* readChatStream(
  body: ReadableStream<Uint8Array>,
  stallTimeoutMs = STALL_TIMEOUT_MS,
): AsyncGenerator<ChatPart, void, void> {
  const parser = new SseParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await readOrStall(reader, stallTimeoutMs);
      if (done) break;
      for (const { id, data } of parser.push(decoder.decode(value, { stream: true }))) {
        const events = eventsOf(parsePart(data));
        finished ||= events.some(({ type }) => type === 'finish');
        yield { id: Number(id ?? 0), events };
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
  if (!finished) throw new ApiFailure({ kind: 'incomplete' });
}

type ReadResult = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>;

async function readOrStall(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  timeoutMs: number,
): Promise<ReadResult> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    const failure = new ApiFailure({ kind: 'stalled', seconds: timeoutMs / 1000 });
    timer = setTimeout(() => reject(failure), timeoutMs);
  });
  try {
    return await Promise.race([reader.read().catch(throwBroken), stalled]);
  } finally {
    clearTimeout(timer);
  }
}

/** A connection lost in mid-answer is a cut answer, not a server that cannot be reached; an abort stays one. */
function throwBroken(thrown: unknown): never {
  if (thrown instanceof TypeError) throw new ApiFailure({ kind: 'incomplete' });
  throw thrown;
}

/** The parts of `POST /chat/stream` that the page reads. */
type WirePart =
  | {
      readonly type: 'start';
      readonly thread_id: string;
      readonly run_id: string;
      readonly model: string;
      readonly provider: string;
      readonly cache?: CacheFacts;
    }
  | { readonly type: 'sources'; readonly sources: readonly Source[]; readonly collection?: string }
  | {
      readonly type: 'writer';
      readonly model: string;
      readonly provider: string;
      readonly stale_since?: string;
    }
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'turn'; readonly sequence: number; readonly status: TurnStatus }
  | { readonly type: 'finish'; readonly reason: string }
  | { readonly type: 'error'; readonly error: unknown };

/** None for parts of other types, which newer servers may send. */
function eventsOf(part: WirePart): readonly ChatEvent[] {
  switch (part.type) {
    case 'start':
      return [
        { type: 'start', run: part.run_id, thread: part.thread_id },
        meta(writerOf(part, keptSince(part.cache))),
      ];
    case 'sources':
      return [meta({ sources: part.sources, ...(part.collection && { collection: part.collection }) })];
    case 'writer':
      return [meta(writerOf(part, part.stale_since))];
    case 'text-delta':
      return [{ type: 'text', text: part.text }];
    case 'turn':
      return [{ type: 'stored', sequence: part.sequence, status: part.status }];
    case 'finish':
      return [{ type: 'finish', reason: part.reason }];
    case 'error':
      throw new ApiFailure(failureFromBody(200, part));
    default:
      return [];
  }
}

function meta(facts: Partial<AnswerMeta>): ChatEvent {
  return { type: 'meta', meta: facts };
}

function writerOf({ model, provider }: { model: string; provider: string }, since: string | undefined) {
  return { model, provider, ...(since !== undefined && { keptSince: since }) };
}

function parsePart(data: string): WirePart {
  try {
    const part: unknown = JSON.parse(data);
    if (typeof part === 'object' && part !== null && 'type' in part) return part as WirePart;
  } catch {
    // Falls through: not JSON is as wrong as not a part.
  }
  throw new ApiFailure({ kind: 'garbled', status: 200 });
}

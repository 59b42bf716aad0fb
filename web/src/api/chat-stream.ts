import { ApiFailure, failureFromBody } from './failure.js';
import { SseParser } from './sse.js';
import type { AnswerMeta } from './types.js';

/** What an answer's stream brings. Exactly one `finish` ends it; everything else that ends it is thrown. */
export type ChatEvent =
  | { readonly type: 'meta'; readonly meta: Partial<AnswerMeta> }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'finish'; readonly reason: string };

/** The server sends a heartbeat every 15 s; after this long without a byte the connection is taken for dead. */
const STALL_TIMEOUT_MS = 90_000;

/**
 * Reads an OpenAI chat stream. Throws an ApiFailure when the server reports an error in mid-stream, and
 * `incomplete` when the stream ends without saying how the answer finished: a cut answer never looks complete.
 */
export async function* readChatStream(
  body: ReadableStream<Uint8Array>,
  stallTimeoutMs = STALL_TIMEOUT_MS,
): AsyncGenerator<ChatEvent, void, void> {
  const parser = new SseParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await readOrStall(reader, stallTimeoutMs);
      if (done) break;
      for (const data of parser.push(decoder.decode(value, { stream: true }))) {
        if (data === '[DONE]') continue;
        for (const event of readChunk(data)) {
          finished ||= event.type === 'finish';
          yield event;
        }
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

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly narae?: Partial<AnswerMeta>;
  readonly error?: unknown;
}

function* readChunk(data: string): Generator<ChatEvent, void, void> {
  const chunk = parseChunk(data);
  if (chunk.error !== undefined) throw new ApiFailure(failureFromBody(200, chunk));
  if (chunk.narae) yield { type: 'meta', meta: chunk.narae };
  const choice = chunk.choices?.[0];
  if (choice?.delta?.content) yield { type: 'text', text: choice.delta.content };
  if (choice?.finish_reason) yield { type: 'finish', reason: choice.finish_reason };
}

function parseChunk(data: string): Chunk {
  try {
    const chunk: unknown = JSON.parse(data);
    if (typeof chunk === 'object' && chunk !== null) return chunk;
  } catch {
    // Falls through: not JSON is as wrong as not an object.
  }
  throw new ApiFailure({ kind: 'garbled', status: 200 });
}

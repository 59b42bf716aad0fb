import { type ChatEvent, readChatStream } from './chat-stream.js';
import { ApiFailure, type Failure, isAbort, toFailure } from './failure.js';

/** Waits before the stream is taken up again, in milliseconds; after the last one it is given up. */
const RESUME_DELAYS_MS: readonly number[] = [300, 1_000, 3_000, 8_000, 15_000];

export interface FollowOptions {
  /** The first response. */
  readonly open: () => Promise<Response>;
  /** Absent: it becomes known from the stream's `start`. */
  readonly run?: string;
  /** The run's stream after the event with this id. */
  readonly resume: (run: string, lastId: number) => Promise<Response>;
  readonly signal: AbortSignal;
  /** Default: RESUME_DELAYS_MS. */
  readonly delaysMs?: readonly number[];
}

/**
 * The events of a run to its end, each once. A connection that breaks is made anew where it broke; only when that
 * fails again and again does its failure come through. Aborting leaves the run, it does not stop it.
 */
export async function* followRun(options: FollowOptions): AsyncGenerator<ChatEvent, void, void> {
  const { resume, signal, delaysMs = RESUME_DELAYS_MS } = options;
  let open = options.open;
  let { run } = options;
  let lastId = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      for await (const { id, events } of readChatStream(bodyOf(await open()))) {
        if (id <= lastId) continue;
        lastId = id;
        attempt = 0;
        for (const event of events) {
          if (event.type === 'start') run = event.run;
          yield event;
        }
      }
      return;
    } catch (thrown) {
      const known = run;
      const delayMs = delaysMs[attempt];
      const lost = !isAbort(thrown) && isConnectionLost(toFailure(thrown));
      if (known === undefined || delayMs === undefined || !lost) throw thrown;
      open = () => resume(known, lastId);
      await sleep(delayMs, signal);
    }
  }
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  if (response.body && response.headers.get('content-type')?.startsWith('text/event-stream'))
    return response.body;
  throw new ApiFailure({ kind: 'garbled', status: response.status });
}

const LOST: readonly string[] = ['unreachable', 'incomplete', 'stalled'];

/** The server lets go of readers that fall behind, such as a tab that slept; they may come back. */
const LET_GO: readonly string[] = ['client_too_slow', 'client_too_far_behind'];

/** Whether it was the connection that failed, and not the answer. */
export function isConnectionLost(failure: Failure): boolean {
  return failure.kind === 'refused' ? LET_GO.includes(failure.code) : LOST.includes(failure.kind);
}

function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', over);
      resolve();
    }, delayMs);
    signal.addEventListener('abort', over, { once: true });
    if (signal.aborted) over();
  });
}

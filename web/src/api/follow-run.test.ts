import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatEvent } from './chat-stream.js';
import { ApiFailure, type Failure } from './failure.js';
import { followRun } from './follow-run.js';

const PARTS: readonly object[] = [
  { type: 'start', run_id: 'r', thread_id: 't', model: 'm', provider: 'p' },
  ...['나래는 ', '폴더를 ', '읽고 ', '답한다 ', '[1].'].map((text) => ({ type: 'text-delta', text })),
  { type: 'turn', sequence: 1, parent: 0, status: 'complete' },
  { type: 'finish', reason: 'stop' },
];

const SSE = { headers: { 'content-type': 'text/event-stream' } };

/** The events after one, to the one where the connection breaks: cleanly, or torn. */
function streamOf(after: number, to = PARTS.length, isTorn = false): Response {
  const events = PARTS.map((part, index) => `id: ${index + 1}\ndata: ${JSON.stringify(part)}\n\n`);
  const bytes = new TextEncoder().encode(events.slice(after, to).join(''));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      if (isTorn) setTimeout(() => controller.error(new TypeError('network error')));
      else controller.close();
    },
  });
  return new Response(body, SSE);
}

async function read(events: AsyncIterable<ChatEvent>) {
  const seen: ChatEvent[] = [];
  let failure: Failure | undefined;
  try {
    for await (const event of events) seen.push(event);
  } catch (thrown) {
    if (!(thrown instanceof ApiFailure)) throw thrown;
    failure = thrown.failure;
  }
  const text = seen.map((event) => (event.type === 'text' ? event.text : '')).join('');
  return { text, types: seen.map(({ type }) => type), failure };
}

const quick = { signal: new AbortController().signal, delaysMs: [0, 0, 0] };
const WHOLE = '나래는 폴더를 읽고 답한다 [1].';

describe('followRun', () => {
  it('brings every event once and in order, wherever and however often the connection breaks', async () => {
    const breaks = fc.array(fc.tuple(fc.integer({ min: 1, max: PARTS.length - 1 }), fc.boolean()), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(breaks, fc.nat(2), async (places, overlap) => {
        const rest = [...places].sort(([a], [b]) => a - b);
        const next = (after: number) => {
          const [to, isTorn] = rest.shift() ?? [];
          // A server may also send again what the page has seen.
          return streamOf(Math.max(0, after - overlap), to, isTorn);
        };
        const open = async () => next(0);
        const resume = async (_: string, lastId: number) => next(lastId);
        const { text, types, failure } = await read(followRun({ ...quick, open, resume, run: 'r' }));
        // Breaks at one place look like a connection that never gets on; a few of them are too many.
        if (failure) expect(failure.kind).toBe('incomplete');
        else expect(text).toBe(WHOLE);
        expect(WHOLE.startsWith(text)).toBe(true);
        expect(types.filter((type) => type === 'finish')).toHaveLength(failure ? 0 : 1);
      }),
    );
  });

  it('comes back when the server has let go of a reader that fell behind', async () => {
    const error = { code: 'client_too_slow', message: 'The client reads too slowly.' };
    const open = async () => new Response(`data: ${JSON.stringify({ type: 'error', error })}\n\n`, SSE);
    const resume = async (_: string, lastId: number) => streamOf(lastId);
    expect((await read(followRun({ ...quick, run: 'r', open, resume }))).text).toBe(WHOLE);
  });

  it('gives up after the last wait, with what it was', async () => {
    let calls = 0;
    const resume = async () => {
      calls++;
      throw new ApiFailure({ kind: 'unreachable' });
    };
    const { text, failure } = await read(followRun({ ...quick, open: async () => streamOf(0, 3), resume }));
    expect(text).toBe('나래는 폴더를 ');
    expect(failure).toEqual({ kind: 'unreachable' });
    expect(calls).toBe(quick.delaysMs.length);
  });

  it.each([
    { kind: 'refused', status: 410, code: 'stream_events_gone', message: 'gone' },
    { kind: 'unauthorized' },
  ] as const)('does not try again what was refused: $kind', async (failure) => {
    const resume = async () => {
      throw new ApiFailure(failure);
    };
    const open = async () => streamOf(0, 3);
    expect((await read(followRun({ ...quick, open, resume }))).failure).toEqual(failure);
  });

  it('asks only once: a question that never reached a run is not sent again', async () => {
    let calls = 0;
    const open = async () => {
      calls++;
      throw new ApiFailure({ kind: 'unreachable' });
    };
    const { failure } = await read(followRun({ ...quick, open, resume: open }));
    expect(failure).toEqual({ kind: 'unreachable' });
    expect(calls).toBe(1);
  });

  it('leaves at once when its reader does, also while it waits', async () => {
    const controller = new AbortController();
    const open = async () => streamOf(0, 3);
    const events = followRun({
      ...{ open, resume: open, signal: controller.signal },
      delaysMs: [60_000],
    });
    setTimeout(() => controller.abort(), 5);
    await expect(read(events)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

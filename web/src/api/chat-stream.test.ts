import { describe, expect, it } from 'vitest';
import { type ChatEvent, readChatStream } from './chat-stream.js';
import { ApiFailure, type Failure } from './failure.js';

const encoder = new TextEncoder();

function streamOf(...pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

async function read(body: ReadableStream<Uint8Array>, stallTimeoutMs?: number) {
  const events: ChatEvent[] = [];
  try {
    for await (const part of readChatStream(body, stallTimeoutMs)) events.push(...part.events);
    return { events, failure: undefined };
  } catch (thrown) {
    const failure: Failure | undefined = thrown instanceof ApiFailure ? thrown.failure : undefined;
    return { events, failure };
  }
}

const delta = (text: string) => event({ type: 'text-delta', text });
const start = event({ type: 'start', run_id: 'r', thread_id: 't', model: 'm', provider: 'p' });

describe('readChatStream', () => {
  it('yields where it is, what it rests on, its text and its end, also when a Korean letter is cut in two', async () => {
    const bytes = encoder.encode(
      start +
        event({ type: 'sources', sources: [], collection: 'default' }) +
        delta('나래는 ') +
        event({ type: 'citations', citations: [] }) +
        delta('빠르다 [1]') +
        event({ type: 'from-tomorrow' }) +
        event({ type: 'turn', sequence: 3, parent: 2, status: 'complete' }) +
        event({ type: 'finish', reason: 'stop' }),
    );
    for (let cut = 0; cut < bytes.length; cut += 7) {
      const { events, failure } = await read(streamOf(bytes.slice(0, cut), bytes.slice(cut)));
      expect(failure).toBeUndefined();
      expect(events).toEqual([
        { type: 'start', run: 'r', thread: 't' },
        { type: 'meta', meta: { model: 'm', provider: 'p' } },
        { type: 'meta', meta: { sources: [], collection: 'default' } },
        { type: 'text', text: '나래는 ' },
        { type: 'text', text: '빠르다 [1]' },
        { type: 'stored', sequence: 3, status: 'complete' },
        { type: 'finish', reason: 'stop' },
      ]);
    }
  });

  it.each([
    [{ outcome: 'hit', stored_at: '2026-01-01T00:00:00Z' }, '2026-01-01T00:00:00Z'],
    [{ outcome: 'semantic' }, ''],
    [{ outcome: 'joined' }, undefined],
    [{ outcome: 'miss' }, undefined],
  ])('tells a kept answer from a new one: %o', async (cache, keptSince) => {
    const { events } = await read(streamOf(encoder.encode(event({ type: 'start', cache }))));
    expect(events[1]).toMatchObject({ type: 'meta' });
    expect(events[1]?.type === 'meta' && events[1].meta.keptSince).toBe(keptSince);
  });

  it('reports an error in mid-stream with its code', async () => {
    const error = { message: 'The model server ended its answer.', code: 'llm_stream_broken' };
    const broken = encoder.encode(delta('half') + event({ type: 'error', error }));
    const { events, failure } = await read(streamOf(broken));
    expect(events).toEqual([{ type: 'text', text: 'half' }]);
    expect(failure).toMatchObject({ kind: 'refused', code: 'llm_stream_broken', message: error.message });
  });

  it('never takes a cut answer for a complete one', async () => {
    expect((await read(streamOf(encoder.encode(delta('half'))))).failure).toEqual({ kind: 'incomplete' });
    const stored = event({ type: 'turn', sequence: 1, parent: 0, status: 'complete' });
    expect((await read(streamOf(encoder.encode(stored)))).failure).toEqual({ kind: 'incomplete' });
  });

  it('calls what is not its protocol garbled', async () => {
    const page = encoder.encode('data: <html>\n\n');
    expect((await read(streamOf(page))).failure).toEqual({ kind: 'garbled', status: 200 });
  });

  it('gives up on a connection that went silent, and lets go of it', async () => {
    let cancelled = false;
    const silent = new ReadableStream<Uint8Array>({
      cancel() {
        cancelled = true;
      },
    });
    expect((await read(silent, 5)).failure).toEqual({ kind: 'stalled', seconds: 0.005 });
    expect(cancelled).toBe(true);
  });
});

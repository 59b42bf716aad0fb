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
    for await (const part of readChatStream(body, stallTimeoutMs)) events.push(part);
    return { events, failure: undefined };
  } catch (thrown) {
    const failure: Failure | undefined = thrown instanceof ApiFailure ? thrown.failure : undefined;
    return { events, failure };
  }
}

const delta = (content: string) => event({ choices: [{ delta: { content }, finish_reason: null }] });
const finish = event({ choices: [{ delta: {}, finish_reason: 'stop' }] });
const meta = { sources: [], provider: 'extractive', model: 'extractive', collection: 'default' };

describe('readChatStream', () => {
  it('yields sources, text and the end, also when a Korean letter is cut in two', async () => {
    const bytes = encoder.encode(
      event({ narae: meta, choices: [{ delta: { role: 'assistant' } }] }) +
        delta('나래는 ') +
        delta('빠르다 [1]') +
        finish +
        'data: [DONE]\n\n',
    );
    const cut =
      encoder.encode(event({ narae: meta, choices: [{ delta: { role: 'assistant' } }] })).length + 45;
    const { events, failure } = await read(streamOf(bytes.slice(0, cut), bytes.slice(cut)));
    expect(failure).toBeUndefined();
    expect(events).toEqual([
      { type: 'meta', meta },
      { type: 'text', text: '나래는 ' },
      { type: 'text', text: '빠르다 [1]' },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  it('reports an error in mid-stream with its code', async () => {
    const error = { message: 'The model server ended its answer.', code: 'llm_stream_broken' };
    const { events, failure } = await read(streamOf(encoder.encode(delta('half') + event({ error }))));
    expect(events).toEqual([{ type: 'text', text: 'half' }]);
    expect(failure).toMatchObject({ kind: 'refused', code: 'llm_stream_broken', message: error.message });
  });

  it('never takes a cut answer for a complete one', async () => {
    expect((await read(streamOf(encoder.encode(delta('half'))))).failure).toEqual({ kind: 'incomplete' });
    const done = encoder.encode(`${delta('half')}data: [DONE]\n\n`);
    expect((await read(streamOf(done))).failure).toEqual({ kind: 'incomplete' });
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

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChatEvent } from '../api/chat-stream.js';
import type { Api, Question } from '../api/client.js';
import { ApiFailure, type Failure } from '../api/failure.js';
import type { StoredTurn, Thread } from '../api/types.js';
import { Session } from './session.js';

const MANNER = { collection: 'default', model: undefined };

/** A server of one conversation, whose streams the test writes. */
class FakeServer {
  thread: Thread = { thread: { id: 't', title: null, updated_at: '' }, turns: [], runs: [] };
  failure: Failure | undefined;
  readonly asked: Question[] = [];
  readonly calls: string[] = [];
  streams: readonly (readonly (ChatEvent | Failure)[])[] = [];

  readonly api = {
    ask: (question: Question) => {
      this.asked.push(question);
      return this.#play();
    },
    follow: (run: string) => {
      this.calls.push(`follow ${run}`);
      return this.#play();
    },
    stop: async (_: string, run: string) => void this.calls.push(`stop ${run}`),
    showTurn: async (_: string, sequence: number) => void this.calls.push(`show ${sequence}`),
    thread: async () => {
      this.calls.push('read');
      if (this.failure) throw new ApiFailure(this.failure);
      return this.thread;
    },
  } as unknown as Api;

  async *#play(): AsyncGenerator<ChatEvent, void, void> {
    const [next = [], ...rest] = this.streams;
    this.streams = rest;
    for (const event of next) {
      if ('kind' in event) throw new ApiFailure(event);
      yield event;
    }
  }
}

const stored = (sequence: number, parent: number, more: Partial<StoredTurn> = {}): StoredTurn => ({
  ...{ sequence, parent, versions: [sequence], status: 'complete' },
  ...{ question: `질문 ${sequence}`, answer: `답 ${sequence}`, ...more },
});

const start: ChatEvent = { type: 'start', run: 'r1', thread: 't' };
const text = (piece: string): ChatEvent => ({ type: 'text', text: piece });
const whole = (sequence: number): ChatEvent[] => [
  ...[start, text('나래'), text('입니다')],
  { type: 'stored', sequence, status: 'complete' },
  { type: 'finish', reason: 'stop' },
];
const incomplete: Failure = { kind: 'incomplete' };

function begin(server: FakeServer, isNew = false) {
  const host = { onAsked: vi.fn(), onChanged: vi.fn() };
  const session = new Session(server.api, 't', isNew, host);
  session.enter();
  const shown = () => session.snapshot().turns.map((turn) => [turn.text, turn.phase.status]);
  return { session, host, shown };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('a session', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    // Frames come in a browser only.
    vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw));
    vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('asks one question at a time, each after the one before it', async () => {
    const server = new FakeServer();
    server.streams = [whole(1), whole(2)];
    const { session, host, shown } = begin(server, true);
    session.ask('첫째', MANNER);
    session.ask('too soon', MANNER);
    await settle();
    session.ask('둘째', MANNER);
    await settle();
    expect(server.asked.map(({ question, after }) => [question, after])).toEqual([
      ['첫째', 0],
      ['둘째', 1],
    ]);
    expect(shown()).toEqual(Array(2).fill(['나래입니다', 'done']));
    expect(host.onAsked).toHaveBeenCalledTimes(2);
    expect(server.calls).toEqual([]);
  });

  it('takes up an answer that is under way when the conversation is opened', async () => {
    const server = new FakeServer();
    const runs = [{ id: 'r1', status: 'running', question: '지금', after: 1 }] as const;
    server.thread = { ...server.thread, turns: [stored(1, 0)], runs };
    server.streams = [whole(2)];
    const { shown } = begin(server);
    await settle();
    expect(server.calls).toEqual(['read', 'follow r1']);
    expect(shown()).toEqual([
      ['답 1', 'done'],
      ['나래입니다', 'done'],
    ]);
  });

  it('reads the conversation when the events of an answer are gone', async () => {
    const server = new FakeServer();
    const gone = { kind: 'refused', status: 410, code: 'stream_events_gone', message: '' } as const;
    server.streams = [[start, text('나'), gone]];
    const { session, shown } = begin(server, true);
    session.ask('q', MANNER);
    await settle();
    expect(shown()).toEqual([['나', 'streaming']]);
    server.thread = { ...server.thread, turns: [stored(1, 0)] };
    await vi.advanceTimersByTimeAsync(5_000);
    expect(shown()).toEqual([['답 1', 'done']]);
  });

  it('looks for an answer that was lost on the way before it asks again', async () => {
    const server = new FakeServer();
    server.streams = [[start, text('half'), incomplete]];
    const { session, shown } = begin(server, true);
    session.ask('q', MANNER);
    await settle();
    expect(shown()).toEqual([['half', 'failed']]);
    server.thread = { ...server.thread, turns: [stored(1, 0, { run_id: 'r1' })] };
    await session.askAgain(session.snapshot().turns[0]!, MANNER);
    expect(shown()).toEqual([['답 1', 'done']]);
    expect(server.asked).toHaveLength(1);
  });

  it('asks again what the server does not have, and past the caches what it has answered', async () => {
    const server = new FakeServer();
    server.streams = [[start, incomplete], whole(1), whole(2)];
    const { session, shown } = begin(server, true);
    session.ask('q', MANNER);
    await settle();
    for (let again = 0; again < 2; again++) {
      await session.askAgain(session.snapshot().turns[0]!, MANNER);
      await settle();
    }
    expect(server.asked.map(({ forceNew, after }) => [forceNew, after])).toEqual([
      [false, 0],
      [false, 0],
      [true, 0],
    ]);
    expect(shown()).toHaveLength(1);
    expect(session.snapshot().turns[0]?.versions).toEqual([1, 2]);
  });

  it('stops an answer on the server, also one that has no name yet, and leaves it when no word comes', async () => {
    const server = new FakeServer();
    let go = () => {};
    const named = new Promise<void>((resolve) => {
      go = resolve;
    });
    const api = {
      ...server.api,
      ask: async function* (_: Question, signal: AbortSignal): AsyncGenerator<ChatEvent> {
        await named;
        yield start;
        await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        );
      },
    } as Api;
    const session = new Session(api, 't', true, { onAsked: () => {}, onChanged: () => {} });
    session.enter();
    session.ask('q', MANNER);
    session.stop();
    expect(server.calls).toEqual([]);
    go();
    await settle();
    expect(server.calls).toEqual(['stop r1']);
    expect(session.running).toBe(true);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.snapshot().turns[0]?.phase.status).toBe('stopped');
  });

  it('says why it is not there, and recovers', async () => {
    const server = new FakeServer();
    server.failure = { kind: 'unreachable' };
    const { session } = begin(server);
    await settle();
    expect(session.snapshot()).toMatchObject({ status: 'failed', problem: { kind: 'unreachable' } });
    server.failure = undefined;
    await session.refresh();
    expect(session.snapshot()).toEqual({ status: 'ready', turns: [] });
  });

  it('keeps what it shows when reading it again fails, unless the conversation is gone', async () => {
    const server = new FakeServer();
    server.thread = { ...server.thread, turns: [stored(1, 0)] };
    const { session, shown } = begin(server);
    await settle();
    server.failure = { kind: 'unreachable' };
    await session.refresh();
    expect(shown()).toHaveLength(1);
    expect(session.snapshot()).toMatchObject({ status: 'ready', problem: { kind: 'unreachable' } });
    server.failure = { kind: 'refused', status: 404, code: 'thread_not_found', message: '' };
    await session.refresh();
    expect(session.snapshot()).toMatchObject({ status: 'failed', turns: [] });
  });

  it('reads after its own answer what another tab changed meanwhile', async () => {
    const server = new FakeServer();
    server.streams = [whole(2)];
    const { session, shown } = begin(server, true);
    session.ask('q', MANNER);
    void session.refresh();
    server.thread = { ...server.thread, turns: [stored(1, 0), stored(3, 1)] };
    await settle();
    expect(server.calls).toEqual(['read']);
    expect(shown()).toEqual([
      ['답 1', 'done'],
      ['답 3', 'done'],
    ]);
  });

  it('does nothing more once it is left', async () => {
    const server = new FakeServer();
    server.streams = [whole(1)];
    const { session, host } = begin(server, true);
    session.ask('q', MANNER);
    session.leave();
    await settle();
    expect(session.snapshot().turns[0]?.phase.status).not.toBe('done');
    expect(host.onAsked).toHaveBeenCalledOnce();
  });
});

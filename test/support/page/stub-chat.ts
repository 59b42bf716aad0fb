import type { ServerResponse } from 'node:http';
import { type FaultyRun, faultOf } from './faulty-answers.js';

interface StubTurn {
  readonly sequence: number;
  readonly parent: number;
  readonly run_id: string;
  readonly status: 'complete' | 'interrupted' | 'failed';
  readonly question: string;
  readonly answer: string;
}

interface StubThread {
  readonly id: string;
  title: string;
  readonly turns: StubTurn[];
  head: number;
}

interface StubRun {
  readonly id: string;
  readonly thread: StubThread;
  readonly question: string;
  readonly after: number;
  readonly faulty: FaultyRun;
  readonly parts: object[];
  answer: string;
  isOver: boolean;
  /** How often its stream was opened. */
  readings: number;
  readonly readers: Set<() => void>;
}

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly lastEventId: string | undefined;
}

/** Conversations in memory behind the page's routes; answers go wrong as their questions say. */
export class StubChat {
  /** Answers that the page has stopped. */
  cancelled = 0;
  readonly #threads = new Map<string, StubThread>();
  readonly #runs = new Map<string, StubRun>();

  /** False: not one of its routes. */
  answer({ method, path, body, lastEventId }: StubRequest, response: ServerResponse): boolean {
    const [, , kind, id = '', what, run = ''] = path.split('/').map(decodeURIComponent);
    if (!path.startsWith('/chat/')) return false;
    if (kind === 'stream' && method === 'POST') this.#ask(JSON.parse(body), response);
    else if (kind === 'stream') this.#read(id, Number(lastEventId ?? 0), response);
    else if (id === '') send(response, 200, { threads: [...this.#threads.values()].map(infoOf).reverse() });
    else this.#change(method, id, what, run, body, response);
    return true;
  }

  #change(
    method: string,
    id: string,
    what: string | undefined,
    run: string,
    body: string,
    response: ServerResponse,
  ) {
    const thread = this.#threads.get(id);
    if (!thread) {
      refuse(response, 404, 'thread_not_found', `There is no thread "${id}".`);
      return;
    }
    if (what === 'runs') this.#cancel(run);
    if (what === 'head') thread.head = newestAfter(thread.turns, JSON.parse(body).sequence);
    if (method === 'PATCH') thread.title = JSON.parse(body).title;
    if (method === 'DELETE') this.#threads.delete(id);
    send(response, 200, method === 'GET' ? this.#detail(thread) : infoOf(thread));
  }

  #detail(thread: StubThread): object {
    const active = [...this.#runs.values()].filter((run) => run.thread === thread && !run.isOver);
    return {
      thread: infoOf(thread),
      turns: branchOf(thread),
      runs: active.map(({ id, question, after }) => ({ id, question, after, status: 'running' })),
    };
  }

  #ask(
    { question, thread_id: id, after }: { question: string; thread_id: string; after: number },
    response: ServerResponse,
  ) {
    const faulty = faultOf(question);
    if (faulty.instead) return faulty.instead(response);
    const thread = this.#threads.get(id) ?? { id, title: question, turns: [], head: 0 };
    this.#threads.set(id, thread);
    const state = { parts: [], answer: '', isOver: false, readings: 0, readers: new Set<() => void>() };
    const run: StubRun = { id: `run-${this.#runs.size + 1}`, thread, question, after, faulty, ...state };
    this.#runs.set(run.id, run);
    push(run, { type: 'start', run_id: run.id, thread_id: id, model: 'faulty-model', provider: 'openai' });
    faulty.play((part) => (part ? push(run, part) : finish(run, 'complete')));
    this.#read(run.id, 0, response);
  }

  /** Its events after one, then those that come. */
  #read(id: string, after: number, response: ServerResponse): void {
    const run = this.#runs.get(id);
    if (!run) {
      refuse(response, 404, 'run_not_found', `There is no run "${id}".`);
      return;
    }
    run.readings++;
    if (run.readings > 1 && run.faulty.isGone) {
      refuse(response, 410, 'stream_events_gone', 'The events were dropped. Read the thread.');
      return;
    }
    const fault = run.readings === 1 ? run.faulty.firstReading : undefined;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let sent = after;
    const write = () => {
      for (; sent < run.parts.length && !(fault && sent >= fault.events); sent++)
        response.write(`id: ${sent + 1}\ndata: ${JSON.stringify(run.parts[sent])}\n\n`);
      if (fault && sent >= fault.events) fault.end(response);
      else if (run.isOver) response.end();
    };
    run.readers.add(write);
    response.on('close', () => run.readers.delete(write));
    write();
  }

  #cancel(id: string): void {
    const run = this.#runs.get(id);
    if (!run || run.isOver) return;
    this.cancelled++;
    finish(run, 'interrupted');
  }
}

function push(run: StubRun, part: object): void {
  if (run.isOver) return;
  if ('error' in part) {
    finish(run, 'failed', part);
    return;
  }
  if ('text' in part) run.answer += part.text;
  run.parts.push(part);
  for (const write of run.readers) write();
}

/** Stores the turn and ends the stream. */
function finish(run: StubRun, status: StubTurn['status'], error?: object): void {
  const { thread, question, after, answer } = run;
  const sequence = thread.turns.length + 1;
  thread.turns.push({ sequence, parent: after, run_id: run.id, status, question, answer });
  thread.head = sequence;
  run.parts.push({ type: 'turn', sequence, parent: after, status });
  const aborted = { type: 'error', error: { code: 'aborted', message: 'The run was cancelled.' } };
  run.parts.push(status === 'complete' ? { type: 'finish', reason: 'stop' } : (error ?? aborted));
  run.isOver = true;
  for (const write of run.readers) write();
}

function branchOf({ turns, head }: StubThread): object[] {
  const branch: object[] = [];
  for (let turn = turns[head - 1]; turn; turn = turns[turn.parent - 1]) {
    const { parent } = turn;
    const versions = turns.filter((other) => other.parent === parent).map(({ sequence }) => sequence);
    branch.unshift({ ...turn, versions, provider: 'openai', model: 'faulty-model', collection: 'default' });
  }
  return branch;
}

function newestAfter(turns: readonly StubTurn[], root: number): number {
  const family = new Set([root]);
  for (const { sequence, parent } of turns) if (family.has(parent)) family.add(sequence);
  return Math.max(...family);
}

function infoOf({ id, title, head }: StubThread): object {
  return { id, title, head, updated_at: new Date().toISOString() };
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  send(response, status, { error: { message, type: 'invalid_request_error', code } });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

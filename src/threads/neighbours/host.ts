import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type BatchFlow, type BatchSink, errorToData } from '../../core/index.js';
import type { CancelAction, RunPlace } from '../runs/run-store.js';
import { MessageReader, packMessage, type Question, type Reply } from './messages.js';

/** Whoever does not take what was sent to it is cut off after so long. */
const CLOSE_MS = 1_000;

type ReadQuestion = Extract<Question, { ask: 'read' }>;

/** An event as it travels. */
export interface EncodedEvent {
  readonly id: number;
  readonly data: unknown;
}

/** What a process does for its neighbours. */
export interface HostDuties {
  cancel(run: string, action: CancelAction): void;
  read(question: ReadQuestion, sink: BatchSink<EncodedEvent>): BatchFlow;
}

/** Answers the neighbours' questions. Keeps no process alive. */
export class NeighbourHost {
  readonly #address: string;
  readonly #duties: HostDuties;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watchers = new Map<string, Set<Socket>>();

  constructor(address: string, duties: HostDuties) {
    this.#address = address;
    this.#duties = duties;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Resolves also where there can be no socket: then others hear of this process through the database. */
  listen(): Promise<void> {
    return new Promise((resolve) => {
      // Also later: a connection that the system would not accept ends no process.
      this.#server.on('error', () => resolve());
      // Its own also in a cluster, whose primary would keep a socket open after its worker's death.
      this.#server.listen({ path: this.#address, exclusive: true }, () => {
        this.#hideFromOthers();
        resolve();
      });
      this.#server.unref();
    });
  }

  changed(place: RunPlace): void {
    for (const socket of this.#watchers.get(keyOf(place)) ?? []) send(socket, { say: 'changed' });
  }

  /** What was said is still sent, to those who listen. Idempotent. */
  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroySoon();
    const cutOff = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, CLOSE_MS).unref();
    return new Promise((resolve) => {
      this.#server.close(() => {
        clearTimeout(cutOff);
        resolve();
      });
    });
  }

  #hideFromOthers(): void {
    try {
      chmodSync(this.#address, 0o600);
    } catch {
      // A pipe, which has no mode.
    }
  }

  #serve(socket: Socket): void {
    const reader = new MessageReader<Question>();
    socket.unref();
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // Whoever asked has left; what it asked for ends with the connection.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      try {
        for (const question of reader.read(chunk)) this.#answer(socket, question);
      } catch {
        socket.destroy();
      }
    });
  }

  #answer(socket: Socket, question: Question): void {
    switch (question.ask) {
      case 'watch':
        this.#watch(socket, keyOf(question));
        return;
      case 'cancel':
        this.#duties.cancel(question.run, question.action);
        socket.end(packMessage({ say: 'done' }));
        return;
      case 'read':
        this.#read(socket, question);
        return;
    }
  }

  #watch(socket: Socket, key: string): void {
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(socket));
    socket.once('close', () => {
      watchers.delete(socket);
      if (watchers.size === 0 && this.#watchers.get(key) === watchers) this.#watchers.delete(key);
    });
    // What changed before it was heard.
    send(socket, { say: 'changed' });
  }

  #read(socket: Socket, question: ReadQuestion): void {
    const flow = this.#duties.read(question, {
      push: (events) => {
        const parts = events.map(({ data }) => data);
        if (!send(socket, { say: 'events', first: events[0]?.id ?? 0, parts })) flow.pause();
      },
      end: () => void socket.end(packMessage({ say: 'done' })),
      fail: (error) => void socket.end(packMessage({ say: 'failed', error: errorToData(error) })),
    });
    socket.on('drain', () => flow.resume());
    socket.once('close', () => flow.stop());
  }
}

/** Removes what a dead process left behind. */
export function clearAway(address: string): void {
  try {
    rmSync(address, { force: true });
  } catch {
    // Another neighbour did, or may not be allowed to.
  }
}

/** False: wait for `drain`. */
function send(socket: Socket, reply: Reply): boolean {
  return socket.writable && socket.write(packMessage(reply));
}

function keyOf({ tenant, thread }: RunPlace): string {
  return `${tenant}\n${thread}`;
}

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The open connections of a server and whether a request is under way on them, so that the others need not hold up
 * its end. Node counts a connection that never sent a request as busy; here it is idle, and so is one whose answer
 * has just ended.
 */
export class Connections {
  readonly #requests = new Map<Socket, number>();
  #closing = false;

  constructor(server: Server) {
    server.on('connection', (socket) => this.#opened(socket));
    server.on('request', ({ socket }, response) => {
      this.#count(socket, 1);
      response.once('close', () => this.#count(socket, -1));
    });
  }

  /** Closes every idle connection now, and each other one as soon as its requests are answered. */
  closeIdle(): void {
    this.#closing = true;
    for (const [socket, requests] of this.#requests) if (requests === 0) socket.destroySoon();
  }

  #opened(socket: Socket): void {
    if (this.#closing) {
      socket.destroy();
      return;
    }
    this.#requests.set(socket, 0);
    socket.once('close', () => this.#requests.delete(socket));
  }

  #count(socket: Socket, change: 1 | -1): void {
    const before = this.#requests.get(socket);
    if (before === undefined) return;
    this.#requests.set(socket, before + change);
    if (this.#closing && before + change === 0) socket.destroySoon();
  }
}

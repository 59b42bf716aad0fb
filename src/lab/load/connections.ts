import { Client } from 'undici';

export interface ConnectionOptions {
  readonly origin: string;
  readonly connectTimeoutMs: number;
}

/**
 * Kept-alive connections, one a stream. A pool that searches its members would cost more the more streams there
 * are; here the last one given back is the next one taken. As many are open as streams were at once.
 */
export class Connections {
  readonly #options: ConnectionOptions;
  readonly #idle: Client[] = [];
  readonly #all = new Set<Client>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  take(): Client {
    return this.#idle.pop() ?? this.#open();
  }

  /** Gives back a connection whose stream is over. */
  give(client: Client): void {
    if (this.#all.has(client)) this.#idle.push(client);
  }

  /** Cuts off whatever the connection is doing. */
  discard(client: Client): void {
    if (this.#all.delete(client)) void client.destroy();
  }

  async close(): Promise<void> {
    const all = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(all.map((client) => client.destroy()));
  }

  #open(): Client {
    const { origin, connectTimeoutMs } = this.#options;
    const client = new Client(origin, {
      connect: { timeout: connectTimeoutMs },
      // The stream's own deadline bounds the whole of it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#all.add(client);
    return client;
  }
}

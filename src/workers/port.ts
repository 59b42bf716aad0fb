import type { Config } from '../config/index.js';

type Address = Pick<Config['server'], 'host' | 'port'>;

/**
 * The port that the workers share. With port 0 the system chooses one for the first worker, and whoever asks for 0
 * while a worker lives gets the same; when none lives any more, that port has to be asked for by its number.
 */
export class Port {
  readonly #asked: Address;
  #listenOn: number;
  #learned: number | undefined;

  constructor(address: Address) {
    this.#asked = address;
    this.#listenOn = address.port;
  }

  applyTo(config: Config): Config {
    return { ...config, server: { ...config.server, port: this.#listenOn } };
  }

  /** A worker listens there. */
  learn(url: string): void {
    this.#learned = Number(new URL(url).port);
  }

  /** No worker is left: the next one takes the same port again. */
  keep(): void {
    if (this.#learned) this.#listenOn = this.#learned;
  }

  /** The port under a configuration that was read anew; only a change of the address means another one. */
  under(address: Address): Port {
    const { host, port } = this.#asked;
    return address.host === host && address.port === port ? this : new Port(address);
  }
}

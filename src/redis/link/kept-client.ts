import { type Clock, systemClock } from '../../core/index.js';
import { backoffMs, sleep } from '../../resilience/index.js';
import { reasonOf } from '../errors.js';
import { RECONNECT_BACKOFF } from '../options.js';
import type { VendorClient } from './vendor-client.js';

/**
 *                   connected
 *   connecting ───────────────▶ ready ──┐ lost after a steady life: connecting at once
 *     │  ▲                        ▲     │ lost soon: down
 *     │  └────────────────────────┼─────┤
 *     └────────▶ down ────────────┘     │
 *      failed    ▲  connected           │
 *                └──────────────────────┘
 */
export type LinkState =
  /** The first attempt since the start or a loss: worth waiting for. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready'; readonly client: VendorClient }
  /** An attempt failed; the next ones are made in the background. */
  | { readonly kind: 'down'; readonly reason: string }
  | { readonly kind: 'closed' };

export interface KeptClientSettings {
  readonly open: () => Promise<VendorClient>;
  /** Part of connecting: what a new connection needs before it is used. */
  readonly prepare?: (client: VendorClient) => Promise<void>;
  /** After each change of state. Must not throw. */
  readonly onChange: (state: LinkState) => void;
  readonly clock?: Clock;
}

/** A connection that held for so long may be made anew without a pause. */
const STEADY_MS = 1_000;

/** Keeps one client connected until closed: connects, and connects again with back-off. Never rejects, never gives up. */
export class KeptClient {
  readonly #settings: KeptClientSettings;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #state: LinkState = { kind: 'connecting' };
  #client: VendorClient | undefined;

  constructor(settings: KeptClientSettings) {
    this.#settings = settings;
    this.#clock = settings.clock ?? systemClock;
    this.#running = this.#run();
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Drops the connection and makes another. */
  restart(reason: string): void {
    this.#client?.end(reason);
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#stop.abort();
    this.#client?.end('closed');
    return this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      const livedMs = await this.#session();
      failures = livedMs >= STEADY_MS ? 0 : failures + 1;
      if (failures > 0)
        await sleep(backoffMs(failures, RECONNECT_BACKOFF), this.#stop.signal).catch(() => {});
    }
    this.#become({ kind: 'closed' });
  }

  /** One connection from its beginning to its end; gives how long it was ready, in milliseconds. */
  async #session(): Promise<number> {
    let client: VendorClient | undefined;
    try {
      client = await this.#connect();
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#become({ kind: 'down', reason: reasonOf(error, undefined) });
      return 0;
    }
    const readyAtMs = this.#clock.monotonicMs();
    this.#become({ kind: 'ready', client });
    const reason = await client.ended;
    const livedMs = this.#clock.monotonicMs() - readyAtMs;
    if (!this.#stop.signal.aborted)
      this.#become(livedMs >= STEADY_MS ? { kind: 'connecting' } : { kind: 'down', reason });
    return livedMs;
  }

  async #connect(): Promise<VendorClient> {
    const client = await this.#settings.open();
    this.#client = client;
    if (this.#stop.signal.aborted) client.end('closed');
    try {
      await client.ready;
      await this.#settings.prepare?.(client);
    } catch (error) {
      client.end(reasonOf(error, undefined));
      throw error;
    }
    return client;
  }

  #become(state: LinkState): void {
    this.#state = state;
    this.#settings.onChange(state);
  }
}

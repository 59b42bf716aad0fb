import type { Clock } from '../core/index.js';
import { sleep } from '../resilience/index.js';
import type { NodeAddress } from './address.js';
import { KeptClient, type LinkState, openClient, type VendorClient } from './link/index.js';

export interface Subscriber {
  hear(message: Buffer): void;
  /** Messages may have been missed. */
  onGap(): void;
}

interface Channel {
  readonly subscribers: Set<Subscriber>;
  readonly dispatch: (message: Buffer) => void;
  /** Resolves when the server has confirmed, or the connection has ended before; absent before the first connection. */
  confirmed?: Promise<void>;
  /** The connection that was told of it last. */
  client?: VendorClient;
}

export interface SubscriptionSettings {
  /** Where to connect, asked anew for each attempt. */
  readonly nextAddress: () => NodeAddress;
  readonly connectTimeoutMs: number;
  /** How long a subscriber waits for the server to confirm. */
  readonly confirmTimeoutMs: number;
  readonly clock: Clock;
}

/** Channels on a connection of their own, opened for the first of them and subscribed again whenever it is new. */
export class Subscriptions {
  readonly #settings: SubscriptionSettings;
  readonly #channels = new Map<string, Channel>();
  readonly #stop = new AbortController();
  /** Each for as long as a subscriber waits, at most. */
  readonly #readyWaiters = new Set<() => void>();
  #kept: KeptClient | undefined;

  constructor(settings: SubscriptionSettings) {
    this.#settings = settings;
  }

  /** Resolves when it listens; without a connection, soon, and it listens from the next connection on. */
  async add(name: string, subscriber: Subscriber): Promise<() => void> {
    const channel = this.#channels.get(name) ?? this.#open(name);
    channel.subscribers.add(subscriber);
    await this.#confirmed(channel);
    return () => this.#remove(name, channel, subscriber);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#channels.clear();
    await this.#kept?.close();
  }

  #open(name: string): Channel {
    const subscribers = new Set<Subscriber>();
    const dispatch = (message: Buffer): void => {
      for (const subscriber of subscribers) subscriber.hear(message);
    };
    const channel: Channel = { subscribers, dispatch };
    this.#channels.set(name, channel);
    const state = this.#connection().state;
    if (state.kind === 'ready') void this.#subscribe(state.client, name, channel);
    return channel;
  }

  #remove(name: string, channel: Channel, subscriber: Subscriber): void {
    channel.subscribers.delete(subscriber);
    if (channel.subscribers.size > 0 || this.#channels.get(name) !== channel) return;
    this.#channels.delete(name);
    const state = this.#kept?.state;
    if (state?.kind === 'ready') state.client.unsubscribe(name, channel.dispatch).catch(() => {});
  }

  /** Resolves with the next connection, or when `enough` aborts. */
  #nextReady(enough: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#readyWaiters.delete(wake);
        enough.removeEventListener('abort', wake);
        resolve();
      };
      this.#readyWaiters.add(wake);
      enough.addEventListener('abort', wake, { once: true });
    });
  }

  #connection(): KeptClient {
    const { nextAddress, connectTimeoutMs, clock } = this.#settings;
    this.#kept ??= new KeptClient({
      open: async () => openClient(nextAddress(), connectTimeoutMs),
      prepare: (client) => this.#prepare(client),
      onChange: (state) => this.#onChange(state),
      clock,
    });
    return this.#kept;
  }

  #onChange(state: LinkState): void {
    const { kind } = state;
    // Channels that came while the connection was being prepared for the others.
    if (kind === 'ready')
      for (const [name, channel] of this.#channels)
        if (channel.client !== state.client) void this.#subscribe(state.client, name, channel);
    if (kind === 'ready' || kind === 'closed') for (const wake of this.#readyWaiters) wake();
    for (const { subscribers } of this.#channels.values())
      for (const subscriber of subscribers) subscriber.onGap();
  }

  async #prepare(client: VendorClient): Promise<void> {
    await Promise.all([...this.#channels].map(([name, channel]) => this.#subscribe(client, name, channel)));
  }

  /** A connection that does not take a subscription is of no use. */
  #subscribe(client: VendorClient, name: string, channel: Channel): Promise<void> {
    channel.client = client;
    channel.confirmed = client
      .subscribe(name, channel.dispatch)
      .catch((error: unknown) => client.end(String(error)));
    return channel.confirmed;
  }

  async #confirmed({ confirmed }: Channel): Promise<void> {
    const enough = new AbortController();
    const signal = AbortSignal.any([enough.signal, this.#stop.signal]);
    const limit = sleep(this.#settings.confirmTimeoutMs, signal).catch(() => {});
    await Promise.race([confirmed ?? this.#nextReady(enough.signal), limit]);
    enough.abort();
  }
}

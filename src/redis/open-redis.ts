import { type Clock, systemClock } from '../core/index.js';
import type { EventSink } from '../observe/index.js';
import { type NodeAddress, nodeName, parseAddresses } from './address.js';
import { ChangeFeed } from './change-feed.js';
import { Link, type LinkState } from './link/index.js';
import { ClusterNodes, type Nodes, SingleNode } from './nodes/index.js';
import { defaultRedisOptions, type RedisOptions } from './options.js';
import { runScript } from './scripts.js';
import type {
  Redis,
  RedisArgument,
  RedisCallOptions,
  RedisCommand,
  RedisHealth,
  RedisReply,
  RedisScript,
} from './spec.js';
import { Subscriptions } from './subscriptions.js';

/** Keys that a server looks at for one page. */
const SCAN_COUNT = 500;

export interface RedisSettings {
  /** Hears when a node goes down and when it is back. */
  readonly emit?: EventSink;
  readonly clock?: Clock;
}

/**
 * Opens Redis without waiting for it: it connects in the background, and again whenever the connection is lost.
 * Throws `config_invalid` for an address that makes no sense.
 */
export function openRedis(
  options: Partial<RedisOptions> & Pick<RedisOptions, 'url'>,
  settings: RedisSettings = {},
): Redis {
  return new OpenRedis({ ...defaultRedisOptions, ...options }, settings);
}

class OpenRedis implements Redis {
  readonly #options: RedisOptions;
  readonly #settings: RedisSettings;
  readonly #nodes: Nodes;
  readonly #changes = new ChangeFeed();
  readonly #subscriptions: Subscriptions;
  readonly #downNodes = new Set<string>();
  #lastError: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: RedisOptions, settings: RedisSettings) {
    this.#options = options;
    this.#settings = settings;
    const clock = settings.clock ?? systemClock;
    this.#nodes = this.#openNodes(parseAddresses(options.url), clock);
    this.#subscriptions = new Subscriptions({
      nextAddress: () => this.#nodes.nextAddress(),
      connectTimeoutMs: options.connectTimeoutMs,
      confirmTimeoutMs: options.commandTimeoutMs,
      clock,
    });
  }

  call(command: RedisCommand, options?: RedisCallOptions): Promise<RedisReply> {
    const deadlineMs = options?.deadlineMs ?? this.#options.commandTimeoutMs;
    return this.#nodes.send(toArgs(command), deadlineMs, options?.signal);
  }

  run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly RedisArgument[],
    options?: RedisCallOptions,
  ): Promise<RedisReply> {
    return runScript(script, [keys.length, ...keys, ...args], (command) => this.call(command, options));
  }

  subscribe(channel: string, listener: (message: Buffer) => void, onGap?: () => void): Promise<() => void> {
    return this.#subscriptions.add(channel, { hear: listener, onGap: onGap ?? (() => {}) });
  }

  async publish(channel: string, message: string | Buffer): Promise<void> {
    await this.call(['PUBLISH', channel, message]);
  }

  async followChanges(prefix: string, listener: (key: string | undefined) => void): Promise<() => void> {
    const known = this.#changes.prefixes.join('\n');
    const stop = this.#changes.add(prefix, listener);
    if (this.#changes.prefixes.join('\n') !== known) await this.#followOnAll();
    return stop;
  }

  async *scan(pattern: string, signal?: AbortSignal): AsyncIterable<readonly string[]> {
    for (const link of this.#nodes.masters)
      yield* scanNode(link, pattern, this.#options.commandTimeoutMs, signal);
  }

  get health(): RedisHealth {
    const error = this.#lastError === undefined ? {} : { lastError: this.#lastError };
    const answers = this.#nodes.masters.reduce((sum, link) => sum + link.answers, 0);
    return { state: this.#state(), ...error, answers };
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#subscriptions.close(), this.#nodes.close()]).then(() => {});
    return this.#closing;
  }

  #openNodes(addresses: readonly [NodeAddress, ...NodeAddress[]], clock: Clock): Nodes {
    const openLink = (address: NodeAddress): Link =>
      new Link({
        address,
        options: this.#options,
        clock,
        prepare: (client) => this.#changes.prepare(client),
        onChange: (state) => this.#onChange(nodeName(address), state),
      });
    if (addresses.length === 1) return new SingleNode(addresses[0], openLink);
    return new ClusterNodes({ roots: addresses, openLink, clock });
  }

  /** A node that cannot be told now is told when it connects. */
  async #followOnAll(): Promise<void> {
    const { commandTimeoutMs } = this.#options;
    const told = this.#nodes.masters.map((link) =>
      this.#changes
        .apply((args) => link.send(args, commandTimeoutMs))
        .catch(() => link.restart('cannot follow changes')),
    );
    await Promise.all(told);
    this.#changes.report(undefined);
  }

  #state(): RedisHealth['state'] {
    if (this.#closing) return 'closed';
    const { masters } = this.#nodes;
    if (masters.some(({ state }) => state.kind !== 'ready')) return 'connecting';
    return masters.some(({ resting }) => resting) ? 'resting' : 'ready';
  }

  #onChange(node: string, state: LinkState): void {
    if (state.kind !== 'ready') this.#changes.report(undefined);
    if (state.kind === 'down') this.#onDown(node, state.reason);
    if (state.kind === 'ready' && this.#downNodes.delete(node))
      this.#settings.emit?.({ type: 'notice', message: `Redis at ${node} is back` });
    if (state.kind === 'closed') this.#downNodes.delete(node);
  }

  #onDown(node: string, reason: string): void {
    this.#lastError = `${node}: ${reason}`;
    if (this.#nodes instanceof ClusterNodes) this.#nodes.refresh();
    if (this.#downNodes.has(node) || this.#closing) return;
    this.#downNodes.add(node);
    this.#settings.emit?.({
      type: 'notice',
      level: 'warn',
      message: `Redis at ${node} is down; going on without it until it is back`,
      details: { reason },
    });
  }
}

async function* scanNode(
  link: Link,
  pattern: string,
  deadlineMs: number,
  signal?: AbortSignal,
): AsyncIterable<readonly string[]> {
  let cursor = '0';
  do {
    const args = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(SCAN_COUNT)];
    const [next, keys] = (await link.send(args, deadlineMs, signal)) as [Buffer, Buffer[]];
    cursor = next.toString();
    if (keys.length > 0) yield keys.map(String);
  } while (cursor !== '0');
}

/** The vendor takes text and bytes only; most commands hold nothing else. */
function toArgs(command: readonly RedisArgument[]): readonly (string | Buffer)[] {
  return command.every(isWritable) ? command : command.map((arg) => (isWritable(arg) ? arg : String(arg)));
}

function isWritable(arg: RedisArgument): arg is string | Buffer {
  return typeof arg !== 'number';
}

import { type Clock, type Deferred, deferred } from '../../core/index.js';
import { backoffMs, sleep } from '../../resilience/index.js';
import { type NodeAddress, nodeName } from '../address.js';
import { type Redirect, redirectOf, unavailable } from '../errors.js';
import type { Link } from '../link/index.js';
import { RECONNECT_BACKOFF } from '../options.js';
import type { RedisReply } from '../spec.js';
import { readClusterSlots, type SlotRange } from './cluster-map.js';
import { commandKey } from './command-key.js';
import { keySlot, SLOTS } from './key-slot.js';
import type { Nodes } from './nodes.js';

const MAX_REDIRECTS = 5;
const MAP_TIMEOUT_MS = 1_000;
/** A map is not asked for more often, however many redirections come. */
const MAP_PAUSE_MS = 50;

export interface ClusterSettings {
  /** Nodes that are known from the start. */
  readonly roots: readonly NodeAddress[];
  readonly openLink: (address: NodeAddress) => Link;
  readonly clock: Clock;
}

/**
 * The masters of a cluster. The map of slots is learnt from any node and learnt anew when a node redirects or goes
 * down; until it is known, redirections lead the way.
 */
export class ClusterNodes implements Nodes {
  readonly #settings: ClusterSettings;
  readonly #links = new Map<string, Link>();
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;
  #slots = new Array<Link | undefined>(SLOTS).fill(undefined);
  #masters: readonly Link[] = [];
  #mapWanted: Deferred<void> = deferred();
  #turn = 0;

  constructor(settings: ClusterSettings) {
    this.#settings = settings;
    for (const root of settings.roots) this.#link(root);
    this.#watching = this.#watch();
  }

  get masters(): readonly Link[] {
    return this.#masters.length > 0 ? this.#masters : [...this.#links.values()];
  }

  async send(
    args: readonly (string | Buffer)[],
    deadlineMs: number,
    signal?: AbortSignal,
  ): Promise<RedisReply> {
    const key = commandKey(args);
    const startedAtMs = this.#settings.clock.monotonicMs();
    let link = (key === undefined ? undefined : this.#slots[keySlot(key)]) ?? this.#any();
    for (let redirects = 0; ; redirects++) {
      try {
        return await link.send(args, deadlineMs, signal);
      } catch (error) {
        const redirect = redirectOf(error);
        const isLate = this.#settings.clock.monotonicMs() - startedAtMs >= deadlineMs;
        if (!redirect || isLate || redirects === MAX_REDIRECTS) throw error;
        link = this.#follow(redirect, link, deadlineMs);
      }
    }
  }

  nextAddress(): NodeAddress {
    return this.#any().address;
  }

  /** To be called when a node went down: its slots may have another master by now. */
  refresh(): void {
    this.#mapWanted.resolve();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.refresh();
    await Promise.all([this.#watching, ...[...this.#links.values()].map((link) => link.close())]);
  }

  #any(): Link {
    const { masters } = this;
    const ready = masters.filter(({ state }) => state.kind === 'ready');
    const from = ready.length > 0 ? ready : masters;
    const link = from[this.#turn++ % from.length];
    if (!link) throw unavailable('the cluster has no node');
    return link;
  }

  #link(address: NodeAddress): Link {
    const name = nodeName(address);
    let link = this.#links.get(name);
    if (!link) {
      link = this.#settings.openLink(address);
      this.#links.set(name, link);
    }
    return link;
  }

  #follow({ kind, slot, host, port }: Redirect, from: Link, deadlineMs: number): Link {
    const link = this.#link({ ...from.address, host: host || from.address.host, port });
    if (kind === 'ask') {
      // Holds for the command that follows in the same tick; its failure shows in that one.
      link.send(['ASKING'], deadlineMs).catch(() => {});
      return link;
    }
    this.#slots[slot] = link;
    this.refresh();
    return link;
  }

  async #watch(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      this.#mapWanted = deferred();
      failures = (await this.#learnMap()) && this.#allReady() ? 0 : failures + 1;
      if (failures === 0) await this.#mapWanted.promise;
      const pauseMs = failures === 0 ? MAP_PAUSE_MS : backoffMs(failures, RECONNECT_BACKOFF);
      await sleep(pauseMs, this.#stop.signal).catch(() => {});
    }
  }

  #allReady(): boolean {
    return this.#masters.every(({ state }) => state.kind === 'ready');
  }

  #anyReady(): boolean {
    return this.masters.some(({ state }) => state.kind === 'ready');
  }

  async #learnMap(): Promise<boolean> {
    if (!this.#anyReady()) for (const root of this.#settings.roots) this.#link(root);
    for (const link of this.#links.values()) {
      try {
        const ranges = readClusterSlots(await link.send(['CLUSTER', 'SLOTS'], MAP_TIMEOUT_MS), link.address);
        if (ranges.length === 0) continue;
        this.#apply(ranges, link.address);
        return true;
      } catch {
        // The next one may answer; if none does, it is tried again.
      }
    }
    return false;
  }

  #apply(ranges: readonly SlotRange[], { username, password, tls }: NodeAddress): void {
    const slots = new Array<Link | undefined>(SLOTS).fill(undefined);
    const signOn = {
      tls,
      database: 0,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
    };
    for (const { from, to, host, port } of ranges)
      slots.fill(this.#link({ ...signOn, host, port }), from, to + 1);
    const masters = new Set(slots.filter((link) => link !== undefined));
    this.#slots = slots;
    this.#masters = [...masters];
    this.#closeOthers(masters);
  }

  /** Roots by another name, replicas, nodes that have left. */
  #closeOthers(masters: ReadonlySet<Link>): void {
    for (const [name, link] of this.#links) {
      if (masters.has(link)) continue;
      this.#links.delete(name);
      void link.close();
    }
  }
}

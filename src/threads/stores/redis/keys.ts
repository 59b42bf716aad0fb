/**
 * The names of what Redis keeps. All of a thread hangs on one hash tag, so that one script reaches it on a cluster;
 * the tenant is escaped, so that nothing of one tenant can be mistaken for another's.
 */
export class ThreadKeys {
  readonly #prefix: string;

  /** `prefix` is put before every key: `narae:`. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** A hash: the thread's facts, and each turn under its sequence. One key, so it goes as a whole. */
  thread(tenant: string, thread: string): string {
    return this.#key('thread', tenant, thread);
  }

  /** A hash of the thread's runs. */
  runs(tenant: string, thread: string): string {
    return this.#key('runs', tenant, thread);
  }

  /** A list of the ids of the thread's runs, the newest first. */
  runOrder(tenant: string, thread: string): string {
    return this.#key('run-order', tenant, thread);
  }

  /** A channel: something of the thread's runs changed. */
  runNews(tenant: string, thread: string): string {
    return this.#key('run-news', tenant, thread);
  }

  /** A hash, and the two lists of `runs` scripts. */
  allOfRuns(tenant: string, thread: string): readonly [runs: string, order: string, queue: string] {
    return [this.runs(tenant, thread), this.runOrder(tenant, thread), this.#key('run-queue', tenant, thread)];
  }

  /** A channel: what one process must hear. */
  nodeNews(node: string): string {
    return `${this.#prefix}node:{${node}}`;
  }

  /** A sorted set of threads with live runs, by when their leases run out, for the sweepers of all nodes. */
  liveThreads(): string {
    return `${this.#prefix}live-threads`;
  }

  /** A sorted set of a tenant's threads by last save: for lists only, and mended while it is read. */
  index(tenant: string): string {
    return `${this.#prefix}threads:{${encodeURIComponent(tenant)}}`;
  }

  /** The thread of a run. */
  runPointer(tenant: string, run: string): string {
    return this.#key('run', tenant, run);
  }

  /** A stream of the run's events, in batches; and the channel on which they are told. */
  log(tenant: string, run: string): string {
    return this.#key('log', tenant, run);
  }

  #key(kind: string, tenant: string, id: string): string {
    return `${this.#prefix}${kind}:{${encodeURIComponent(tenant)}:${id}}`;
  }
}

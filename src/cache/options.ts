/** What the caches of a process can be told. */
export interface CachesOptions {
  /** Bytes that all caches together may take in memory; 0: nothing is kept in memory. */
  readonly memoryLimitBytes: number;
}

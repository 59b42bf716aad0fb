import { Counter, Gauge, type Registry } from 'prom-client';

/** What one cache holds, and what it has spared so far. */
export interface CacheLoad {
  readonly entries: number;
  readonly bytes: number;
  readonly evictions: number;
  readonly saved: { readonly llmCalls: number; readonly tokens: number; readonly dollars: number };
}

type Read = () => Readonly<Record<string, CacheLoad>>;

const GAUGES = [
  ['narae_cache_entries', 'Entries of a cache in memory.', 'entries'],
  ['narae_cache_bytes', 'Bytes of a cache in memory, with keys and entries.', 'bytes'],
] as const;

const SAVINGS = [
  ['narae_cache_saved_llm_calls_total', 'Model calls that a cache made needless.', 'llmCalls'],
  ['narae_cache_saved_tokens_total', 'Tokens that a cache made needless.', 'tokens'],
  ['narae_cache_saved_dollars_total', "US dollars saved, by the models' configured prices.", 'dollars'],
] as const;

/** Read at each look rather than told at each hit: a hit takes half a microsecond. */
export function followCaches(registry: Registry, read: Read): void {
  for (const [name, help, field] of GAUGES) gauge(registry, name, help, read, (load) => load[field]);
  counter(
    registry,
    'narae_cache_evictions_total',
    'Entries that memory had no room for.',
    read,
    (load) => load.evictions,
  );
  for (const [name, help, field] of SAVINGS) counter(registry, name, help, read, (load) => load.saved[field]);
}

function gauge(
  registry: Registry,
  name: string,
  help: string,
  read: Read,
  of: (load: CacheLoad) => number,
): void {
  new Gauge({
    name,
    help,
    labelNames: ['cache'],
    registers: [registry],
    collect() {
      for (const [cache, load] of Object.entries(read())) this.set({ cache }, of(load));
    },
  });
}

/** Counters are counted by the cache; here they are only shown. */
function counter(
  registry: Registry,
  name: string,
  help: string,
  read: Read,
  of: (load: CacheLoad) => number,
): void {
  new Counter({
    name,
    help,
    labelNames: ['cache'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [cache, load] of Object.entries(read())) this.inc({ cache }, of(load));
    },
  });
}

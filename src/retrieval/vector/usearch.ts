import { createRequire } from 'node:module';
import type * as Usearch from 'usearch';

let loaded: typeof Usearch | undefined;

/**
 * The native vector library, loaded by the first thread that scans. Its CommonJS build finds the binary beside itself;
 * the ES module asks the call stack for a file name and never returns where there is none, as under `node -e`.
 */
export function usearch(): typeof Usearch {
  loaded ??= createRequire(import.meta.url)('usearch') as typeof Usearch;
  return loaded;
}

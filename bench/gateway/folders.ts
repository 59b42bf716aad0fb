import { fileURLToPath } from 'node:url';

const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const FOLDERS = {
  root: from('../../'),
  /** The compiled benchmarks. */
  compiled: from('../'),
  /** Sources of the peers, where they are installed. */
  peers: from('../../bench/peers/'),
  report: from('../../docs/reference/benchmarks.md'),
};

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package's folder: two above this file in `src` and `dist`, and above the one-file program in `dist/bin`. */
const ROOT = new URL('../../', import.meta.url);

const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string };

/** What comes with the installed package. */
export const PACKAGE = {
  /** Such as `0.1.0`. */
  version,
  /** Narae's own guides. */
  docsFolder: fileURLToPath(new URL('docs', ROOT)),
  /** The built page. */
  pageFolder: fileURLToPath(new URL('dist/web', ROOT)),
} as const;

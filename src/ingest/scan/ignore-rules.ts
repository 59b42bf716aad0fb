import { join, posix } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { readRegularFile } from './regular-file.js';

/** Files with rules, weakest first. They apply to their own folder and everything below it. */
export const RULE_FILES: readonly string[] = ['.gitignore', '.naraeignore'];

const MAX_RULE_FILE_BYTES = 256 * 1024;

/** What no one wants to search, unless a rule file takes it back with `!`. */
const DEFAULT_RULES = [
  'node_modules/',
  'bower_components/',
  '__pycache__/',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'Cargo.lock',
  'poetry.lock',
  'uv.lock',
  'composer.lock',
  'Gemfile.lock',
  'go.sum',
  '*.min.js',
  '*.min.css',
  '~$*',
  '*~',
];

/**
 * Decides what below a folder is left out: hidden names, `.gitignore` and `.naraeignore` rules of every folder on the
 * way (the deepest rule that speaks wins), and a few defaults. Rule files are read once; make a new one to read anew.
 */
export class IgnoreRules {
  readonly #root: string;
  readonly #defaults: Ignore = ignore().add(DEFAULT_RULES);
  readonly #byFolder = new Map<string, Ignore | undefined>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Why an entry is left out. `source` is its path below the root, with `/`; its folders were let in already. */
  reasonFor(source: string, isFolder: boolean): 'hidden' | 'ignored' | undefined {
    if (posix.basename(source).startsWith('.')) return 'hidden';
    return this.#isIgnored(source, isFolder ? '/' : '') ? 'ignored' : undefined;
  }

  #isIgnored(source: string, suffix: string): boolean {
    for (let folder = posix.dirname(source); ; folder = posix.dirname(folder)) {
      const below = folder === '.' ? source : source.slice(folder.length + 1);
      const verdict = this.#rulesOf(folder)?.test(below + suffix);
      if (verdict?.ignored) return true;
      if (verdict?.unignored) return false;
      if (folder === '.') return this.#defaults.ignores(source + suffix);
    }
  }

  #rulesOf(folder: string): Ignore | undefined {
    if (!this.#byFolder.has(folder)) this.#byFolder.set(folder, readRules(join(this.#root, folder)));
    return this.#byFolder.get(folder);
  }
}

function readRules(folder: string): Ignore | undefined {
  const texts = RULE_FILES.flatMap((name) => readRuleFile(join(folder, name)) ?? []);
  return texts.length === 0 ? undefined : ignore().add(texts.join('\n').normalize('NFC'));
}

/** Nothing when there is none, or none that can be read: a folder without rules is indexed whole. */
function readRuleFile(path: string): string | undefined {
  try {
    const content = readRegularFile(path, MAX_RULE_FILE_BYTES);
    return content.kind === 'content' ? new TextDecoder().decode(content.bytes) : undefined;
  } catch {
    return undefined;
  }
}

import type { ErrorCode, NaraeError } from '../core/index.js';

/** What the shell gets. Documented in docs/reference/cli.md, which a test compares with this table. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'done; for `serve`: stopped cleanly' },
  failed: { code: 1, meaning: 'failed; for `doctor`: something needs repair' },
  usage: {
    code: 2,
    meaning: 'the command line or its input is wrong: flags, folder, collection, model, question',
  },
  configuration: { code: 3, meaning: 'the configuration is wrong, or its port or address cannot be used' },
  storage: { code: 4, meaning: 'the data folder cannot be used: damaged, full, read-only, locked, too new' },
  upstream: { code: 5, meaning: 'a model, an embedder or another server did not do its part' },
  interrupted: { code: 130, meaning: 'interrupted (Ctrl-C) before it was done' },
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]['code'];

const CONFIGURATION: ReadonlySet<ErrorCode> = new Set([
  'config_invalid',
  'config_unknown_key',
  'config_file_unreadable',
  'open_bind_refused',
  'port_in_use',
  'host_unavailable',
  'embedder_package_missing',
]);

/** The exit code for a failure: by the kind of its error code, else by whether the input was at fault. */
export function exitCodeOf({ code, status }: NaraeError): ExitCode {
  if (code === 'aborted') return EXIT_CODES.interrupted.code;
  if (CONFIGURATION.has(code)) return EXIT_CODES.configuration.code;
  if (code.startsWith('storage_')) return EXIT_CODES.storage.code;
  if (/^(llm|embedder|server)_/.test(code)) return EXIT_CODES.upstream.code;
  return status >= 400 && status < 500 ? EXIT_CODES.usage.code : EXIT_CODES.failed.code;
}

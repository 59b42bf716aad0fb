import { ERROR_TABLE, type ErrorCode } from './table.js';

export interface NaraeErrorOptions {
  /** Fills `{name}` in the table's message. Must hold no key, no stack and no path that a client must not see. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** The input field that the error is about, as the caller wrote it: `messages[0].content`. */
  readonly field?: string;
  /** Overrides the table's status, for upstream errors that keep their own. */
  readonly status?: number;
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** What caused it; for logs only, never for clients. */
  readonly cause?: unknown;
}

/** The only error class that Narae throws on purpose. */
export class NaraeError extends Error {
  override readonly name = 'NaraeError';
  readonly code: ErrorCode;
  /** HTTP status. */
  readonly status: number;
  readonly retryable: boolean;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: NaraeErrorOptions = {}) {
    const row = ERROR_TABLE[code];
    const values = options.field === undefined ? options.values : { field: options.field, ...options.values };
    super(
      fillTemplate(row.message, values ?? {}),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.status = options.status ?? row.status;
    this.retryable = row.retryable;
    this.field = options.field;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A value that ends its sentence itself, as another server's words do, gets no second full stop. */
function fillTemplate(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}(\.?)/g, (_, name: string, stop: string) => {
    const text = String(values[name] ?? `{${name}}`);
    return text.endsWith('.') ? text : text + stop;
  });
}

/** Any thrown value as a NaraeError; what is not one yet becomes `internal`, or `aborted` for an abort. */
export function toNaraeError(thrown: unknown, requestId = '-'): NaraeError {
  if (thrown instanceof NaraeError) return thrown;
  if (isAbort(thrown)) return new NaraeError('aborted', { cause: thrown });
  return new NaraeError('internal', { values: { requestId }, cause: thrown });
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'ResponseAborted');
}

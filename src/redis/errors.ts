import { NaraeError } from '../core/index.js';

/** Error replies by which a server says that it cannot serve now, rather than that the command is wrong. */
const NOT_NOW = /^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY|BUSY|NOREPLICAS)\b/;
const REDIRECT = /^(MOVED|ASK) (\d+) (.*):(\d+)$/;

export function unavailable(reason: string, cause?: unknown): NaraeError {
  return new NaraeError('redis_unavailable', { values: { reason }, ...(cause !== undefined && { cause }) });
}

/** The error for an error reply. */
export function refusal(reply: Error): NaraeError {
  const reason = reply.message;
  if (NOT_NOW.test(reason)) return unavailable(reason, reply);
  // Followed where a cluster is known; otherwise this is what its operator reads.
  if (REDIRECT.test(reason))
    return unavailable('it is a node of a cluster; name two or more of its nodes in redis.url', reply);
  return new NaraeError('redis_refused', { values: { reason }, cause: reply });
}

/** Where a cluster says that a key is to be found. */
export interface Redirect {
  /** `ask`: for this one command, while a slot is on its way to another node. */
  readonly kind: 'moved' | 'ask';
  readonly slot: number;
  /** Empty: the host that said so. */
  readonly host: string;
  readonly port: number;
}

/** The redirection that an error of `Link.send` stands for, if it does. */
export function redirectOf(error: unknown): Redirect | undefined {
  if (!(error instanceof NaraeError && error.cause instanceof Error)) return undefined;
  const [, word, slot, host, port] = REDIRECT.exec(error.cause.message) ?? [];
  if (word === undefined) return undefined;
  return { kind: word === 'ASK' ? 'ask' : 'moved', slot: Number(slot), host: host ?? '', port: Number(port) };
}

/** Whether a script has to be sent in full, as the server does not know it. */
export function isUnknownScript(error: unknown): boolean {
  return (
    error instanceof NaraeError && error.cause instanceof Error && /^NOSCRIPT\b/.test(error.cause.message)
  );
}

/** What went wrong with a connection, in words that hold no secret. */
export function reasonOf(error: unknown, secret: string | undefined): string {
  const text = error instanceof Error ? error.message || codeOf(error) : String(error);
  return secret === undefined ? text : text.replaceAll(secret, '***');
}

/** A host with several addresses fails with an AggregateError that has a code but no message. */
function codeOf(error: Error & { readonly code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : error.name;
}

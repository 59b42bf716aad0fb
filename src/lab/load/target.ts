import { NaraeError } from '../../core/index.js';
import type { LoadTarget } from './options.js';

type Place = Pick<LoadTarget, 'baseUrl' | 'apiKey' | 'headers'>;

/** A target, read: what undici needs to ask it. */
export interface Endpoint {
  readonly origin: string;
  /** Of chat completions. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Throws `config_invalid` for an address that is none. */
export function endpointOf({ baseUrl, apiKey, headers }: Place): Endpoint {
  const { origin, base, query } = splitUrl(baseUrl);
  return {
    origin,
    path: `${base}/chat/completions${query}`,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      ...headers,
    },
  };
}

const MODELS_TIMEOUT_MS = 10_000;

/**
 * The first model that the target lists, for runs that name none; also a check that something answers there.
 * Rejects with `server_unreachable` or `server_refused`.
 */
export async function findModel(target: Place, signal?: AbortSignal): Promise<string> {
  const { origin, base, query } = splitUrl(target.baseUrl);
  const url = `${origin}${base}/models${query}`;
  const deadline = AbortSignal.timeout(MODELS_TIMEOUT_MS);
  const response = await fetch(url, {
    headers: endpointOf(target).headers,
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw new NaraeError('aborted', { cause });
    throw new NaraeError('server_unreachable', { values: { url: origin, reason: reasonOf(cause) }, cause });
  });
  const body = (await response.json().catch(() => undefined)) as { data?: { id?: unknown }[] } | undefined;
  const id = body?.data?.[0]?.id;
  if (response.ok && typeof id === 'string') return id;
  throw new NaraeError('server_refused', {
    values: { url, status: response.status, reason: refusalReason(response.status) },
  });
}

function refusalReason(status: number): string {
  if (status === 401 || status === 403)
    return 'it needs an API key that it knows; give a file that holds one with --api-key-file';
  return 'it lists no models; name one with --model';
}

function reasonOf(cause: unknown): string {
  const inner: unknown = cause instanceof Error ? (cause.cause ?? cause) : cause;
  return (inner as NodeJS.ErrnoException | undefined)?.code ?? String(inner);
}

/** `http://host`, `http://host/v1` and `http://host/v1/chat/completions` mean the same; a query is kept. */
function splitUrl(baseUrl: string): { origin: string; base: string; query: string } {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    const reason = `must be an address such as http://127.0.0.1:8000, not "${baseUrl}"`;
    const values = { key: 'target.baseUrl', reason, origin: 'the options' };
    throw new NaraeError('config_invalid', { field: 'target.baseUrl', values });
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/chat\/completions$/, '');
  return { origin: url.origin, base: path === '' ? '/v1' : path, query: url.search };
}

import type { Config } from '../../config/index.js';
import { abortReason, NaraeError } from '../../core/index.js';

export interface ServerCall {
  /** As the user wrote it: `http://host:8000`. */
  readonly server: string;
  readonly path: string;
  /** Default: `POST` with a body, else `GET`. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly config: Config;
  readonly signal: AbortSignal;
}

/** Posts JSON to a running Narae. Rejects as `callServer` does. */
export function postToServer(call: ServerCall & { readonly body: unknown }): Promise<Response> {
  return callServer(call);
}

/** Calls a running Narae. Rejects with `usage`, `server_unreachable` or `server_refused`. */
export async function callServer(call: ServerCall): Promise<Response> {
  const { server, path, body, signal } = call;
  const url = serverUrl(server);
  const response = await fetch(`${url}${path}`, {
    method: call.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: headersFor(call),
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal,
  }).catch((cause: unknown) => {
    if (signal.aborted) throw abortReason(signal);
    throw new NaraeError('server_unreachable', { values: { url, reason: networkReason(cause) }, cause });
  });
  if (!response.ok) throw await refusal(url, path, response);
  return response;
}

/** The first of the configured keys: an admin's for what lies below `/admin`. */
function headersFor({ path, body, config: { server } }: ServerCall): Record<string, string> {
  const [apiKey] = path.startsWith('/admin/') ? [...server.adminKeys, ...server.apiKeys] : server.apiKeys;
  return {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  };
}

function serverUrl(server: string): string {
  if (/^https?:\/\//.test(server) && URL.canParse(server)) return server.replace(/\/+(v1\/*)?$/, '');
  const reason = `--server takes an address such as http://127.0.0.1:8000, not "${server}".`;
  throw new NaraeError('usage', { field: 'server', values: { reason, help: 'narae ask --help' } });
}

function networkReason(cause: unknown): string {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const code = (inner as NodeJS.ErrnoException | undefined)?.code;
  return code ?? (cause instanceof Error ? cause.message : String(cause));
}

async function refusal(url: string, path: string, response: Response): Promise<NaraeError> {
  const { status } = response;
  const text = await response.text().catch(() => '');
  const said = errorMessage(text) ?? 'it does not look like Narae';
  return new NaraeError('server_refused', {
    values: { url, status, reason: status === 401 ? keyHint(path) : said },
  });
}

/** What the server says of headers is no help to someone at a command line. */
function keyHint(path: string): string {
  const variable = path.startsWith('/admin/') ? 'NARAE_ADMIN_KEYS' : 'NARAE_API_KEYS';
  return `it needs a key that it knows. Set ${variable} to one of its keys.`;
}

/** The message of an OpenAI error object, if `text` is one. */
export function errorMessage(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : undefined;
  } catch {
    return undefined;
  }
}

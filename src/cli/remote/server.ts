import type { Config } from '../../config/index.js';
import { abortReason, NaraeError } from '../../core/index.js';

export interface ServerCall {
  /** As the user wrote it: `http://host:8000`. */
  readonly server: string;
  readonly path: string;
  readonly body: unknown;
  readonly config: Config;
  readonly signal: AbortSignal;
}

/** Posts JSON to a running Narae. Rejects with `usage`, `server_unreachable` or `server_refused`. */
export async function postToServer({ server, path, body, config, signal }: ServerCall): Promise<Response> {
  const url = serverUrl(server);
  const [apiKey] = config.server.apiKeys;
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify(body),
    signal,
  }).catch((cause: unknown) => {
    if (signal.aborted) throw abortReason(signal);
    throw new NaraeError('server_unreachable', { values: { url, reason: networkReason(cause) }, cause });
  });
  if (!response.ok) throw await refusal(url, response);
  return response;
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

async function refusal(url: string, response: Response): Promise<NaraeError> {
  const text = await response.text().catch(() => '');
  return new NaraeError('server_refused', {
    values: { url, status: response.status, reason: errorMessage(text) ?? 'it does not look like Narae' },
  });
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

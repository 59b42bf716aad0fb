import { ApiFailure, failureFromBody, isAbort } from './failure.js';

/** Where requests find the key, and whom they tell that it was refused. */
export interface Access {
  readKey(): string | undefined;
  onUnauthorized(): void;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** A response with a good status. Rejects with an ApiFailure, or with the signal's AbortError. */
export async function request(access: Access, path: string, options: RequestOptions = {}): Promise<Response> {
  const response = await connect(path, {
    method: options.method ?? 'GET',
    headers: { ...authorization(access), ...options.headers, ...(options.body !== undefined && JSON_TYPE) },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.signal && { signal: options.signal }),
  });
  if (response.ok) return response;
  if (response.status === 401) access.onUnauthorized();
  throw new ApiFailure(await failureOf(response));
}

export async function requestJson<Result>(
  access: Access,
  path: string,
  options: RequestOptions = {},
): Promise<Result> {
  const response = await request(access, path, options);
  try {
    return (await response.json()) as Result;
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    throw new ApiFailure({ kind: 'garbled', status: response.status });
  }
}

export function authorization(access: Access): Record<string, string> {
  const key = access.readKey();
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

const JSON_TYPE = { 'content-type': 'application/json' };

async function connect(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    throw new ApiFailure({ kind: 'unreachable' });
  }
}

async function failureOf(response: Response) {
  const body: unknown = await response.json().catch(() => undefined);
  return failureFromBody(response.status, body, response.headers.get('x-request-id'));
}

import {
  abortReason,
  type CancelSignal,
  deriveSignal,
  NaraeError,
  throwIfAborted,
} from '../../core/index.js';
import { asRecord, asText } from './decoder.js';
import type { Endpoint } from './endpoint.js';
import { htmlError, looksLikeHtml, refuseFailure, transportError } from './failures.js';
import { readText } from './reply.js';

const LIST_TIMEOUT_MS = 10_000;
const LIST_LIMIT_BYTES = 4 * 1024 * 1024;

/** Ids of the models that a server lists at `path`, in its order. Rejects with an `llm_…` error. */
export async function listUpstreamModels(
  endpoint: Endpoint,
  path: string,
  settings: { readonly apiKey: string | undefined; readonly connectTimeoutMs: number },
  signal: CancelSignal,
): Promise<readonly string[]> {
  const upstream = { host: endpoint.host, apiKey: settings.apiKey };
  using derived = deriveSignal(signal, { deadlineMs: LIST_TIMEOUT_MS, onDeadline: listTimeout });
  let replied = false;
  let cancel = (): void => {};
  try {
    throwIfAborted(derived.signal);
    const reply = endpoint.get(path);
    cancel = () => reply.abort(abortReason(derived.signal));
    derived.signal.addEventListener('abort', cancel, { once: true });
    await reply.head();
    replied = true;
    await refuseFailure(reply, upstream);
    return modelIds(await readText(reply, LIST_LIMIT_BYTES));
  } catch (error) {
    if (derived.signal.aborted) throw abortReason(derived.signal);
    throw transportError(error, { ...upstream, ...settings, calledAs: { model: 'list of models' }, replied });
  } finally {
    derived.signal.removeEventListener('abort', cancel);
  }
}

function modelIds(text: string): string[] {
  if (looksLikeHtml(text)) throw htmlError(200);
  try {
    const data = asRecord(JSON.parse(text))?.data;
    if (Array.isArray(data)) return data.map((row) => asText(asRecord(row)?.id)).filter((id) => id !== '');
  } catch {
    // Falls through to the one error for everything that is not a list.
  }
  throw new NaraeError('llm_malformed', { values: { reason: 'a list of models was expected' } });
}

function listTimeout(): NaraeError {
  return new NaraeError('deadline_exceeded', {
    values: { what: 'Listing the models', seconds: LIST_TIMEOUT_MS / 1000 },
  });
}

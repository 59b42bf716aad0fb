import { abortReason, deriveSignal, NaraeError } from '../../core/index.js';
import { asRecord, asText } from './decoder.js';
import { type Endpoint, readText } from './endpoint.js';
import { htmlError, looksLikeHtml, refuseFailure, transportError } from './failures.js';

const LIST_TIMEOUT_MS = 10_000;
const LIST_LIMIT_BYTES = 4 * 1024 * 1024;

/** Ids of the models that a server lists at `path`, in its order. Rejects with an `llm_…` error. */
export async function listUpstreamModels(
  endpoint: Endpoint,
  path: string,
  settings: { readonly apiKey: string | undefined; readonly connectTimeoutMs: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const upstream = { host: endpoint.host, apiKey: settings.apiKey };
  using derived = deriveSignal(signal, { deadlineMs: LIST_TIMEOUT_MS, onDeadline: listTimeout });
  let replied = false;
  try {
    const reply = await endpoint.get(path, derived.signal);
    replied = true;
    await refuseFailure(reply, upstream);
    return modelIds(await readText(reply, LIST_LIMIT_BYTES));
  } catch (error) {
    if (derived.signal.aborted) throw abortReason(derived.signal);
    throw transportError(error, { ...upstream, ...settings, model: 'list of models', replied });
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

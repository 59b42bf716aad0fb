import type { Config } from '../../config/index.js';
import { abortReason, NaraeError } from '../../core/index.js';
import type { AnswerPart, Source } from '../../llm/spec.js';
import { errorMessage, postToServer } from './server.js';
import { dataLines } from './sse.js';

export interface RemoteQuestion {
  readonly question: string;
  /** Absent: the server's default; so are `collection` and `k`. */
  readonly model?: string;
  readonly collection?: string;
  readonly k?: number;
  /** A conversation of the server's; a new id makes one. */
  readonly thread?: string;
  readonly config: Config;
}

/**
 * Asks a running Narae over its OpenAI-compatible stream, and gives back the parts that the answer flow would.
 * A stream that ends without `[DONE]` is a failure: half an answer never looks like a whole one.
 */
export async function* askServer(
  server: string,
  { question, model, collection, k, thread, config }: RemoteQuestion,
  signal: AbortSignal,
): AsyncGenerator<readonly AnswerPart[]> {
  const body = {
    ...(model !== undefined && { model }),
    messages: [{ role: 'user', content: question }],
    stream: true,
    stream_options: { include_usage: true },
    narae: {
      ...(collection !== undefined && { collection }),
      ...(k !== undefined && { k }),
      ...(thread !== undefined && { thread_id: thread, if_not_exists: 'create' }),
    },
  };
  const response = await postToServer({ server, path: '/v1/chat/completions', body, config, signal });
  let isDone = false;
  try {
    for await (const data of dataLines(response.body)) {
      isDone = data === '[DONE]';
      if (!isDone) yield partsOf(data, server);
    }
  } catch (cause) {
    if (signal.aborted) throw abortReason(signal);
    throw cause instanceof NaraeError ? cause : broken('the connection was lost', cause);
  }
  if (!isDone) throw broken('the server stopped in the middle');
}

interface Chunk {
  readonly model?: string;
  readonly narae?: {
    readonly model?: string;
    readonly provider?: string;
    readonly sources?: readonly WireSource[];
  };
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
}

type WireSource = Omit<Source, 'documentId'> & { readonly document_id: string };

function partsOf(data: string, server: string): AnswerPart[] {
  const failure = errorMessage(data);
  if (failure !== undefined) {
    throw new NaraeError('server_refused', { values: { url: server, status: 200, reason: failure } });
  }
  const { model = '', narae, choices = [], usage } = parseChunk(data);
  const parts: AnswerPart[] = [];
  if (narae?.sources) {
    parts.push({ type: 'start', id: '', model, provider: narae.provider ?? '', createdAtMs: 0 });
    parts.push({ type: 'sources', sources: narae.sources.map(sourceOf) });
  } else if (narae?.model) {
    parts.push({ type: 'writer', writer: { model: narae.model, provider: narae.provider ?? '' } });
  }
  const [choice] = choices;
  if (choice?.delta?.content) parts.push({ type: 'text-delta', text: choice.delta.content });
  if (choice?.finish_reason) parts.push({ type: 'finish', reason: finishReason(choice.finish_reason) });
  if (usage) {
    const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage;
    parts.push({ type: 'usage', usage: { inputTokens, outputTokens, estimated: false } });
  }
  return parts;
}

function parseChunk(data: string): Chunk {
  try {
    return JSON.parse(data) as Chunk;
  } catch (cause) {
    throw broken('it sent something that is not its protocol', cause);
  }
}

function sourceOf({ document_id: documentId, ...source }: WireSource): Source {
  return { ...source, documentId };
}

function finishReason(reason: string): 'stop' | 'length' | 'content-filter' {
  if (reason === 'length') return 'length';
  return reason === 'content_filter' ? 'content-filter' : 'stop';
}

function broken(reason: string, cause?: unknown): NaraeError {
  return new NaraeError('llm_stream_broken', { values: { reason }, cause });
}

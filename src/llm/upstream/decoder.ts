import { NaraeError } from '../../core/index.js';
import type { FinishReason, LlmPart, LogProbs, TokenUsage, UpstreamFields } from '../spec.js';
import type { SseEvent } from './sse-parser.js';

/** Turns one vendor's events into parts. Holds the state of one answer. */
export interface EventDecoder {
  /** Appends the parts of one event. Throws `llm_…` for an error event or one that is not the vendor's protocol. */
  read(event: SseEvent, parts: LlmPart[]): void;
  /** True once `readBytes` may read anything. */
  readonly readsBytes?: boolean;
  /**
   * Appends the parts of the events that these bytes begin with and that it knows without parsing them. Returns the
   * bytes that were read, whole events; 0 leaves all to be parsed. Called only between two events.
   */
  readBytes?(bytes: Buffer, parts: LlmPart[]): number;
  /** Appends the parts of a whole answer that came as one JSON body. */
  readWhole(body: unknown, parts: LlmPart[]): void;
  /** Why the answer ended, once the vendor said so. Without it the answer is not complete. */
  readonly finish: FinishReason | undefined;
  /** True when the vendor said that nothing more follows. */
  readonly closed: boolean;
  readonly usage: TokenUsage | undefined;
  /** What the vendor said of the answer as a whole and we have no word for. */
  readonly answerFields?: UpstreamFields | undefined;
}

/**
 * Finish reasons with which servers end an answer that they did not complete: vLLM and SGLang, OpenRouter and
 * Mistral, DeepSeek, Zhipu.
 */
const GIVEN_UP: ReadonlySet<string> = new Set([
  'abort',
  'error',
  'insufficient_system_resource',
  'network_error',
]);

/**
 * A vendor's finish reason in our words; an unknown one counts as `stop`. Throws `llm_stream_broken` for one that
 * says that the answer was given up: it must not look complete.
 */
export function readFinish(reasons: ReadonlyMap<string, FinishReason>, reason: string): FinishReason {
  if (GIVEN_UP.has(reason))
    throw new NaraeError('llm_stream_broken', { values: { reason: `its server gave it up: ${reason}` } });
  return reasons.get(reason) ?? 'stop';
}

/** Appends text to the batch; neighbours of one kind become one part, so that they are encoded once. */
export function addText(parts: LlmPart[], type: 'text-delta' | 'reasoning-delta', text: string): void {
  if (text === '') return;
  const last = parts.at(-1);
  // The batch is still ours, and so are its parts.
  if (last?.type === type && isPlainText(last)) (last as { text: string }).text += text;
  else parts.push({ type, text });
}

/** Text that says nothing but its text. */
export function isPlainText(part: Extract<LlmPart, { type: 'text-delta' | 'reasoning-delta' }>): boolean {
  return part.choice === undefined && !('logprobs' in part) && !('refusal' in part);
}

/** Appends text that belongs to a further answer, or that comes with something said about its tokens. */
export function addMarkedText(
  parts: LlmPart[],
  type: 'text-delta' | 'reasoning-delta',
  text: string,
  marks: { readonly choice?: number; readonly logprobs?: LogProbs | undefined; readonly refusal?: true },
): void {
  const { choice, logprobs, refusal } = marks;
  if (text === '' && logprobs === undefined) return;
  parts.push({
    type,
    text,
    ...(choice && { choice }),
    ...(refusal && { refusal }),
    ...(logprobs && { logprobs }),
  });
}

/**
 * The fields that are not among `known` and say something; undefined when there are none. None is called `__proto__`:
 * assigned, it would be no field.
 */
export function otherFields(
  record: UpstreamFields | undefined,
  known: ReadonlySet<string>,
  isNoise: (value: unknown) => boolean = saysNothing,
): UpstreamFields | undefined {
  let others: Record<string, unknown> | undefined;
  for (const name in record) {
    if (known.has(name) || name === '__proto__' || isNoise(record[name])) continue;
    others ??= {};
    others[name] = record[name];
  }
  return others;
}

export function saysNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function asCount(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
}

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { CancelSignal, Clock } from '../../core/index.js';
import { NaraeError } from '../../core/index.js';
import type { LlmContext, LlmPart, LlmProvider, LlmRequest, Writer } from '../spec.js';
import type { LastResortOptions } from './options.js';

interface StoredAnswer {
  readonly parts: readonly LlmPart[];
  readonly writer: Writer;
  readonly storedAtMs: number;
  readonly bytes: number;
}

/** What an entry takes beside its text. */
const ENTRY_BYTES = 512;

/** Whole answers by prompt, shared by all models, bounded in bytes. */
export class StoredAnswers {
  readonly #answers: LRUCache<string, StoredAnswer>;
  readonly maxAnswerBytes: number;

  constructor({ limitBytes, keepMs }: LastResortOptions) {
    this.maxAnswerBytes = Math.floor(limitBytes / 8);
    this.#answers = new LRUCache({
      maxSize: limitBytes,
      maxEntrySize: this.maxAnswerBytes,
      sizeCalculation: (answer) => answer.bytes,
      ttl: keepMs,
    });
  }

  get(key: string): StoredAnswer | undefined {
    return this.#answers.get(key);
  }

  set(key: string, answer: StoredAnswer): void {
    this.#answers.set(key, answer);
  }
}

/**
 * A model whose last answer to the very same prompt stands in when every endpoint and fallback failed before any
 * content. The prompt holds the passages, so that such an answer rests on the same evidence; it is marked all the
 * same, with a `writer` part that says when it was written.
 */
export class LastResortProvider implements LlmProvider {
  readonly name: string;
  readonly #model: LlmProvider;
  readonly #modelName: string;
  readonly #answers: StoredAnswers;
  readonly #clock: Clock;

  constructor(model: LlmProvider, modelName: string, answers: StoredAnswers, clock: Clock) {
    this.name = model.name;
    this.#model = model;
    this.#modelName = modelName;
    this.#answers = answers;
    this.#clock = clock;
  }

  async *stream(request: LlmRequest, context: LlmContext): AsyncGenerator<readonly LlmPart[], void, void> {
    const key = keyOf(request, context, this.#modelName);
    const recording = new Recording(this.#answers.maxAnswerBytes, this.#ownWriter());
    try {
      for await (const batch of this.#model.stream(request, context)) {
        recording.add(batch);
        if (recording.isWhole) this.#store(key, recording);
        yield batch;
      }
    } catch (error) {
      const stored = recording.isEmpty && mayStandIn(error) ? this.#answers.get(key) : undefined;
      if (stored === undefined) throw error;
      const writer = { ...stored.writer, staleSinceMs: stored.storedAtMs };
      yield [{ type: 'writer', writer }, ...stored.parts];
    }
  }

  listModels(signal: CancelSignal): Promise<readonly string[]> {
    return this.#model.listModels(signal);
  }

  close(): Promise<void> {
    return this.#model.close();
  }

  #ownWriter(): Writer {
    return { model: this.#modelName, provider: this.name };
  }

  #store(key: string, { parts, writer, bytes }: Recording): void {
    this.#answers.set(key, { parts, writer, bytes, storedAtMs: this.#clock.now() });
  }
}

/** Failures of upstreams, not of the request. */
function mayStandIn(error: unknown): boolean {
  return (
    error instanceof NaraeError && error.status >= 429 && error.code !== 'aborted' && error.code !== 'closing'
  );
}

/** Everything that the answer depends on, under its tenant. */
function keyOf(
  { messages, passages, maxOutputTokens, parameters }: LlmRequest,
  { tenant = '' }: LlmContext,
  model: string,
) {
  const ids = passages.map(({ id }) => id);
  const whole = JSON.stringify([tenant, model, messages, ids, maxOutputTokens ?? null, parameters]);
  return createHash('sha256').update(whole).digest('base64url');
}

/** The parts of one answer, as long as they fit. */
class Recording {
  readonly #limitBytes: number;
  parts: LlmPart[] = [];
  writer: Writer;
  bytes = ENTRY_BYTES;
  isEmpty = true;
  isWhole = false;

  constructor(limitBytes: number, writer: Writer) {
    this.#limitBytes = limitBytes;
    this.writer = writer;
  }

  add(batch: readonly LlmPart[]): void {
    for (const part of batch) this.#addPart(part);
  }

  #addPart(part: LlmPart): void {
    if (part.type === 'writer') {
      this.writer = part.writer;
      return;
    }
    this.isEmpty = false;
    this.bytes += bytesOf(part);
    if (this.bytes > this.#limitBytes) this.parts = [];
    else this.parts.push(part);
    this.isWhole = part.type === 'finish' && part.reason === 'stop' && this.bytes <= this.#limitBytes;
  }
}

function bytesOf(part: LlmPart): number {
  const text =
    part.type === 'text-delta' || part.type === 'reasoning-delta' ? part.text : JSON.stringify(part);
  return 64 + 2 * text.length;
}

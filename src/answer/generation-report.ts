import { type Clock, type ErrorCode, toNaraeError } from '../core/index.js';
import { type LlmModel, UsageEstimate } from '../llm/index.js';
import type { LlmPart, LlmRequest, TokenUsage, Writer } from '../llm/spec.js';
import type { EventSink } from '../observe/index.js';

export interface Asked {
  readonly model: LlmModel;
  readonly llmRequest: LlmRequest;
}

/** Tells about one generation: that it started, and exactly once how it ended. */
export class GenerationReport {
  readonly #emit: EventSink;
  readonly #clock: Clock;
  readonly #about: { readonly requestId: string; readonly provider: string; readonly model: string };
  readonly #startedAtMs: number;
  /** What an answer that breaks off has cost so far. */
  readonly #estimate: UsageEstimate;
  #firstTokenMs: number | undefined;
  #usage: TokenUsage | undefined;
  #fallback: Writer | undefined;
  #ended = false;

  constructor(emit: EventSink, clock: Clock, requestId: string, prompt: Asked) {
    const { model, llmRequest } = prompt;
    this.#estimate = new UsageEstimate(llmRequest);
    this.#emit = emit;
    this.#clock = clock;
    this.#about = { requestId, provider: model.provider.name, model: model.name };
    this.#startedAtMs = clock.monotonicMs();
    const { provider } = this.#about;
    emit({ type: 'generation-started', provider, model: model.name });
  }

  get durationMs(): number {
    return this.#clock.monotonicMs() - this.#startedAtMs;
  }

  /** Parts arrived from the provider. */
  saw(parts: readonly LlmPart[]): void {
    this.#estimate.add(parts);
    for (const part of parts) {
      if (part.type === 'usage') this.#usage = part.usage;
      else if (part.type === 'writer') this.#fallback = part.writer;
      else if (part.type !== 'finish') this.#firstTokenMs ??= this.durationMs;
    }
  }

  ended(): void {
    this.#end('ok');
  }

  failed(thrown: unknown): void {
    const { code } = toNaraeError(thrown);
    this.#end(code === 'aborted' ? 'aborted' : 'error', code);
  }

  #end(outcome: 'ok' | 'error' | 'aborted', errorCode?: ErrorCode): void {
    if (this.#ended) return;
    this.#ended = true;
    const durationMs = this.durationMs;
    const usage = this.#usage ?? (this.#firstTokenMs === undefined ? undefined : this.#estimate.usage());
    this.#emit({
      type: 'generation-finished',
      ...this.#about,
      durationMs,
      ...(this.#firstTokenMs !== undefined && { firstTokenMs: this.#firstTokenMs }),
      inputTokens: usage?.inputTokens ?? 0,
      outputTokens: usage?.outputTokens ?? 0,
      outcome,
      ...(this.#fallback !== undefined && { fallback: this.#fallback }),
      ...(errorCode !== undefined && { errorCode }),
    });
    this.#emit({
      type: 'stage-finished',
      requestId: this.#about.requestId,
      stage: 'generate',
      outcome,
      durationMs,
    });
  }
}

import type { LlmPart, LlmRequest, LogProbs, TokenUsage } from '../../spec.js';
import { UsageEstimate } from '../../upstream/usage-estimate.js';
import type { EarlyStopOptions } from '../options.js';
import { CharacterRule, TokenRule } from './length-rules.js';
import type { RuleName, StopRule } from './rule.js';
import { SentenceRule } from './sentence-rule.js';
import { StopTextRule } from './stop-text-rule.js';
import { type Cut, TextCutter } from './text-cutter.js';

export function hasRules(options: EarlyStopOptions): boolean {
  return rulesOf(options).length > 0;
}

/**
 * The stream, ended where the first rule says. The upstream is cancelled before the last batch leaves; its usage is
 * what it reported, or an estimate of what was read. Tool calls and reasoning pass; a failure stays a failure.
 */
export async function* stopEarly(
  parts: AsyncIterable<readonly LlmPart[]>,
  about: { readonly rules: EarlyStopOptions; readonly request: LlmRequest },
  onStopped: (rule: RuleName) => void,
): AsyncGenerator<readonly LlmPart[], void, void> {
  const filter = new PartFilter(rulesOf(about.rules), about.request);
  const upstream = parts[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await upstream.next();
      if (result.done) return;
      const batch = filter.push(result.value);
      if (filter.stoppedBy === undefined) {
        if (batch.length > 0) yield batch;
        continue;
      }
      onStopped(filter.stoppedBy.name);
      await upstream.return?.();
      yield [...batch, ...filter.ending()];
      return;
    }
  } finally {
    await upstream.return?.();
  }
}

function rulesOf(options: EarlyStopOptions): StopRule[] {
  const { maxCharacters, maxTokens, sentenceEndAfterCharacters: after, stopTexts = [] } = options;
  return [
    ...(stopTexts.length > 0 ? [new StopTextRule(stopTexts)] : []),
    ...(after !== undefined ? [new SentenceRule(after)] : []),
    ...(maxCharacters !== undefined ? [new CharacterRule(maxCharacters)] : []),
    ...(maxTokens !== undefined ? [new TokenRule(maxTokens)] : []),
  ];
}

/** Passes batches on, with the text that the rules let through. */
class PartFilter {
  stoppedBy: StopRule | undefined;
  readonly #cutter: TextCutter;
  readonly #estimate: UsageEstimate;
  #usage: TokenUsage | undefined;

  constructor(rules: readonly StopRule[], request: LlmRequest) {
    this.#cutter = new TextCutter(rules);
    this.#estimate = new UsageEstimate(request);
  }

  push(parts: readonly LlmPart[]): LlmPart[] {
    this.#estimate.add(parts);
    const passed: LlmPart[] = [];
    for (const part of parts) {
      if (part.type === 'usage') this.#usage = part.usage;
      if (this.stoppedBy === undefined) this.#pass(part, passed);
    }
    return passed;
  }

  /** Usage and finish of an answer that a rule ended. */
  ending(): LlmPart[] {
    return [
      { type: 'usage', usage: this.#usage ?? this.#estimate.usage() },
      { type: 'finish', reason: this.stoppedBy?.reason ?? 'stop' },
    ];
  }

  #pass(part: LlmPart, passed: LlmPart[]): void {
    switch (part.type) {
      case 'text-delta':
        if (part.refusal) passed.push(part);
        else this.#addText(this.#cutter.push(part.text), passed, part.logprobs);
        break;
      case 'writer':
      case 'reasoning-delta':
      case 'message-fields':
        passed.push(part);
        break;
      default:
        // Text before a tool call, and before the end, is complete.
        this.#addText(this.#cutter.end(), passed);
        if (this.stoppedBy === undefined) passed.push(part);
    }
  }

  #addText({ text, by }: Cut, passed: LlmPart[], logprobs?: LogProbs): void {
    if (text !== '' || logprobs !== undefined)
      passed.push({ type: 'text-delta', text, ...(logprobs && { logprobs }) });
    this.stoppedBy = by;
  }
}

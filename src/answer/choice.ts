import type { FinishReason, LlmPart, LogProbs } from '../llm/spec.js';

/** What a model wrote in one answer to a prompt. */
export interface Choice {
  readonly text: string;
  /** What the model thought aloud before; empty for most models. */
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  /** About the text's tokens, where the request asked for it: OpenAI's lists `content` and `refusal`. */
  readonly logprobs?: LogProbs;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

type Delta = Extract<LlmPart, { type: 'text-delta' | 'reasoning-delta' | 'tool-call-delta' }>;

/** Puts one answer together from its deltas. */
export class ChoiceCollector {
  #text = '';
  #reasoning = '';
  /** By the upstream's number for it, which may be any. */
  readonly #toolCalls = new Map<number, ToolCall>();
  #logprobs: Record<string, unknown> | undefined;

  add(part: Delta): void {
    switch (part.type) {
      case 'text-delta':
        this.#text += part.text;
        if (part.logprobs !== undefined) this.#logprobs = joined(this.#logprobs, part.logprobs);
        break;
      case 'reasoning-delta':
        this.#reasoning += part.text;
        break;
      case 'tool-call-delta':
        this.#addToolCall(part);
    }
  }

  choice(finishReason: FinishReason): Choice {
    return {
      text: this.#text,
      reasoning: this.#reasoning,
      toolCalls: [...this.#toolCalls].sort(([left], [right]) => left - right).map(([, call]) => call),
      finishReason,
      ...(this.#logprobs && { logprobs: this.#logprobs }),
    };
  }

  #addToolCall({ index, id, name, argumentsDelta }: Extract<Delta, { type: 'tool-call-delta' }>): void {
    const so = this.#toolCalls.get(index) ?? { id: '', name: '', arguments: '' };
    this.#toolCalls.set(index, {
      id: id ?? so.id,
      name: name ?? so.name,
      arguments: so.arguments + argumentsDelta,
    });
  }
}

/** Lists of tokens follow each other; of anything else the latest counts. Appends to `so`. */
function joined(so: Record<string, unknown> | undefined, next: LogProbs): Record<string, unknown> {
  const all = so ?? {};
  for (const [name, value] of Object.entries(next)) {
    const before = all[name];
    if (!Array.isArray(value)) all[name] = before ?? value;
    else if (Array.isArray(before)) before.push(...value);
    else all[name] = [...value];
  }
  return all;
}

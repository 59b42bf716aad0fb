import type { FinishReason, LlmPart, LogProbs, UpstreamFields } from '../llm/spec.js';
import { mergedFields } from './merged-fields.js';

/** What a model wrote in one answer to a prompt. */
export interface Choice {
  readonly text: string;
  /** What the model thought aloud before; empty for most models. */
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  /** About the text's tokens, where the request asked for it: OpenAI's lists `content` and `refusal`. */
  readonly logprobs?: LogProbs;
  /** The end of the text, where the model refused; absent where it did not. */
  readonly refusal?: string;
  /** Content of other kinds, as the upstream named it. */
  readonly fields?: UpstreamFields;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
  /** Other fields of the call, as the upstream sent them. */
  readonly extra?: UpstreamFields;
}

type Delta = Extract<
  LlmPart,
  { type: 'text-delta' | 'reasoning-delta' | 'tool-call-delta' | 'message-fields' }
>;

/** Puts one answer together from its deltas. */
export class ChoiceCollector {
  #text = '';
  #reasoning = '';
  /** By the upstream's number for it, which may be any. */
  readonly #toolCalls = new Map<number, ToolCall>();
  #logprobs: Record<string, unknown> | undefined;
  #refusal: string | undefined;
  #fields: UpstreamFields | undefined;

  add(part: Delta): void {
    switch (part.type) {
      case 'text-delta':
        this.#text += part.text;
        if (part.refusal) this.#refusal = (this.#refusal ?? '') + part.text;
        if (part.logprobs !== undefined) this.#logprobs = joined(this.#logprobs, part.logprobs);
        break;
      case 'reasoning-delta':
        this.#reasoning += part.text;
        break;
      case 'message-fields':
        this.#fields = mergedFields(this.#fields, part.fields);
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
      ...(this.#refusal !== undefined && { refusal: this.#refusal }),
      ...(this.#fields && { fields: this.#fields }),
    };
  }

  #addToolCall({
    index,
    id,
    name,
    argumentsDelta,
    extra,
  }: Extract<Delta, { type: 'tool-call-delta' }>): void {
    const so = this.#toolCalls.get(index) ?? { id: '', name: '', arguments: '' };
    const fields = extra === undefined ? so.extra : mergedFields(so.extra, extra);
    this.#toolCalls.set(index, {
      id: id ?? so.id,
      name: so.name + (name ?? ''),
      arguments: so.arguments + argumentsDelta,
      ...(fields && { extra: fields }),
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

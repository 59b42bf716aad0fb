import type { UpstreamFields } from '../../spec.js';
import { asRecord, asText } from '../../upstream/decoder.js';

/**
 * The field of a message under which signed thoughts leave, as blocks of Anthropic's own, and come back: between the
 * call of a tool and its result Anthropic insists on seeing them again, untouched. Named as in LiteLLM.
 */
const FIELD = 'thinking_blocks';

/** A thought as it comes in pieces. Not sent back unless it is signed: without a signature it would be refused. */
export class ThinkingBlock {
  #text: string;
  #signature: string;

  constructor(block: UpstreamFields) {
    this.#text = asText(block.thinking);
    this.#signature = asText(block.signature);
  }

  add(delta: UpstreamFields | undefined): void {
    this.#text += asText(delta?.thinking);
    this.#signature += asText(delta?.signature);
  }

  fields(): UpstreamFields | undefined {
    if (this.#signature === '') return undefined;
    return fieldsOf({ type: 'thinking', thinking: this.#text, signature: this.#signature });
  }
}

/** The fields of a message for a block that comes whole. */
export function fieldsOf(block: UpstreamFields): UpstreamFields {
  return { [FIELD]: [block] };
}

/** The blocks that a client sends back, without what its library may have put into them. */
export function blocksSentBack(fields: UpstreamFields | undefined): UpstreamFields[] {
  const list = fields?.[FIELD];
  return Array.isArray(list) ? list.flatMap((entry) => cleaned(asRecord(entry))) : [];
}

function cleaned(block: UpstreamFields | undefined): UpstreamFields[] {
  const { type, thinking, signature, data } = block ?? {};
  if (type === 'redacted_thinking' && typeof data === 'string') return [{ type, data }];
  if (type === 'thinking' && typeof signature === 'string')
    return [{ type, thinking: asText(thinking), signature }];
  return [];
}

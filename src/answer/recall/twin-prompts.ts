import { SharedWork } from '../../core/index.js';
import type { Evidence } from '../retrieve.js';
import type { Prompt } from '../write-prompt.js';
import type { Asked } from './asked.js';
import { nameOf } from './writing.js';

/** Twins search together, and have one prompt. */
export class TwinPrompts {
  readonly #searches = new SharedWork<Evidence>();
  readonly #prompts = new WeakMap<Evidence, Prompt>();

  /** `search` runs for one of all who ask the same at this moment. */
  evidence(
    { question, plan }: Asked,
    signal: AbortSignal,
    search: (signal: AbortSignal) => Promise<Evidence>,
  ): Promise<Evidence> {
    if (question === undefined || !plan.reads) return search(signal);
    return this.#searches.run(nameOf('question', question.key), signal, search);
  }

  /** `write` runs once for what was searched together. */
  prompt(evidence: Evidence, { plan }: Asked, write: () => Prompt): Prompt {
    if (!plan.reads || evidence.retrieval !== 'done') return write();
    const prompt = this.#prompts.get(evidence) ?? write();
    this.#prompts.set(evidence, prompt);
    return prompt;
  }
}

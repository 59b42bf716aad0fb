import type { AnswerPart, LlmPart, LogProbs, Source } from '../llm/spec.js';
import { CitationFilter } from './citations.js';
import { footnoteText } from './footnotes.js';

/**
 * Turns a provider's parts into the answer's: text with its citations checked, then, where the text ends, the
 * footnotes and the list of citations. Without sources to cite and nothing searched, text passes untouched.
 */
export class CitedParts {
  readonly #sources: readonly Source[];
  readonly #filter: CitationFilter | undefined;
  readonly #footnotes: boolean;
  #textOver = false;

  constructor(settings: { sources: readonly Source[]; checked: boolean; footnotes: boolean }) {
    this.#sources = settings.sources;
    this.#filter = settings.checked ? new CitationFilter(settings.sources.length) : undefined;
    this.#footnotes = settings.footnotes;
  }

  /** The parts that can leave now; none while a possible marker is held back. */
  push(parts: readonly LlmPart[]): readonly AnswerPart[] {
    const filter = this.#filter;
    if (filter === undefined) return parts;
    const out: AnswerPart[] = [];
    for (const part of parts) {
      if (part.type === 'text-delta' && part.refusal === undefined)
        addText(out, filter.push(part.text), part.logprobs);
      else {
        if (part.type === 'usage' || part.type === 'finish') this.#endText(filter, out);
        out.push(part);
      }
    }
    return out;
  }

  #endText(filter: CitationFilter, out: AnswerPart[]): void {
    if (this.#textOver) return;
    this.#textOver = true;
    addText(out, filter.end());
    if (this.#footnotes) addText(out, footnoteText(this.#sources, filter.cited));
    if (filter.citations.length > 0) out.push({ type: 'citations', citations: filter.citations });
  }
}

function addText(out: AnswerPart[], text: string, logprobs?: LogProbs): void {
  if (text !== '' || logprobs !== undefined)
    out.push({ type: 'text-delta', text, ...(logprobs && { logprobs }) });
}

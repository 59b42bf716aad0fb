import type { ChatMessage } from '../llm/spec.js';
import { CitationFilter } from './citations.js';
import { withoutFootnotes } from './footnotes.js';

/**
 * An earlier answer without its `[n]` markers and footnotes: they point at passages that are not in this prompt,
 * and a model that sees them repeats them.
 */
export function withoutCitations(message: ChatMessage): ChatMessage {
  if (message.role !== 'assistant' || typeof message.content !== 'string') return message;
  const filter = new CitationFilter(0);
  const content = filter.push(withoutFootnotes(message.content)) + filter.end();
  return { ...message, content };
}

import { contentHash } from '../../core/index.js';
import type { Source } from '../../llm/spec.js';
import { type Evidence, evidenceOf } from '../reuse/index.js';
import type { Prompt } from '../write-prompt.js';
import type { AnswerEntry } from './entry.js';
import { hashesOf, passagePart } from './key.js';

/** The passages of a prompt. */
export function evidenceOfPrompt(prompt: Prompt): Evidence {
  return evidenceOf(named(prompt.sources, hashesOf(prompt)));
}

/** The passages that a kept answer was written from, and those of them that it cites. */
export function evidenceOfEntry({ sources, hashes, citations }: AnswerEntry): Evidence {
  const numbers = new Set(citations.map(({ n }) => n));
  const cited = sources.filter(({ n }) => numbers.has(n)).map(({ id }) => id);
  return evidenceOf(named(sources, hashes), new Set(cited));
}

/** What a reader is shown of a passage counts as its text does: where it stands, and under which title. */
function named(sources: readonly Source[], hashes: readonly string[]): { id: string; hash: string }[] {
  return sources.map((source, index) => ({
    id: source.id,
    hash: contentHash(JSON.stringify(passagePart(source, hashes[index] ?? ''))),
  }));
}

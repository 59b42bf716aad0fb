import { newId } from '../core/index.js';
import type { AnswerPart, RecallFacts, SearchFacts, Source } from '../llm/spec.js';
import type { Run } from './run.js';
import type { Prompt } from './write-prompt.js';

/** What an answer begins with: `start` and `sources`. */
export type AnswerHead = readonly [
  start: Extract<AnswerPart, { type: 'start' }>,
  sources: Extract<AnswerPart, { type: 'sources' }>,
];

export function answerHead(
  { clock }: Pick<Run, 'clock'>,
  { model, evidence, sources }: Prompt,
  recall: RecallFacts,
): AnswerHead {
  const about = { model: model.name, provider: model.provider.name, createdAtMs: clock.now() };
  return headOf(about, { sources, search: evidence.search }, recall);
}

export function headOf(
  about: { readonly model: string; readonly provider: string; readonly createdAtMs: number },
  { sources, search }: { readonly sources: readonly Source[]; readonly search: SearchFacts | undefined },
  recall: RecallFacts,
  id = newId('chatcmpl'),
): AnswerHead {
  const { model, provider, createdAtMs } = about;
  return [
    { type: 'start', id, model, provider, createdAtMs, recall },
    { type: 'sources', sources, ...(search && { search }) },
  ];
}

import { throwIfAborted } from '../../../core/index.js';
import { EXTRACTIVE } from '../../options.js';
import { requireOneChoice } from '../../several-choices.js';
import { recogniseSmallTalk } from '../../small-talk.js';
import type { LlmContext, LlmPart, LlmProvider, LlmRequest } from '../../spec.js';
import { estimateTokens } from '../../tokens.js';
import { countMessages } from '../../upstream/usage-estimate.js';
import { composeAnswer, composeNothing } from './compose.js';
import { framingLanguage } from './language.js';
import { PHRASES } from './phrases.js';
import { readQuestion } from './question.js';
import { rankUnits } from './rank.js';
import { selectUnits } from './select.js';
import { readUnits } from './units.js';

/** The built-in provider: quotes what answers best, says so when nothing does, and invents nothing. */
export class ExtractiveProvider implements LlmProvider {
  readonly name = EXTRACTIVE;

  async *stream(request: LlmRequest, { signal }: LlmContext): AsyncGenerator<readonly LlmPart[], void, void> {
    requireOneChoice(request.parameters, 'the documents have one answer');
    const pieces = extract(request);
    for (const text of pieces) {
      throwIfAborted(signal);
      yield [{ type: 'text-delta', text }];
    }
    const outputTokens = estimateTokens(pieces.join(''));
    const usage = { inputTokens: countMessages(request.messages), outputTokens, estimated: true };
    yield [
      { type: 'usage', usage },
      { type: 'finish', reason: 'stop' },
    ];
  }

  async listModels(): Promise<readonly string[]> {
    return [EXTRACTIVE];
  }

  async close(): Promise<void> {}
}

/** The answer's pieces, in the question's language. */
export function extract(request: Pick<LlmRequest, 'question' | 'passages' | 'retrieval'>): string[] {
  const { question: text, passages, retrieval } = request;
  const language = framingLanguage(text);
  const smallTalk = retrieval === 'done' ? undefined : recogniseSmallTalk(text);
  if (smallTalk !== undefined) return [PHRASES[language].smallTalk[smallTalk]];
  if (retrieval === 'off') return [PHRASES[language].retrievalOff];
  const question = readQuestion(text);
  const order = passages.map(({ n }) => n);
  const chosen = selectUnits(rankUnits(question, readUnits(passages), order), question.wanted);
  return chosen.length === 0 ? composeNothing(passages, language) : composeAnswer(chosen, passages, language);
}

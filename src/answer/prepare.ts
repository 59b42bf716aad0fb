import { type LlmModel, recogniseSmallTalk } from '../llm/index.js';
import { type Question, readQuestion } from './question.js';
import type { Run } from './run.js';
import { searchQuery } from './search-query.js';
import { measured } from './stage.js';

export interface Prepared {
  readonly model: LlmModel;
  readonly question: Question;
  /** What to search for. */
  readonly query: string;
  readonly isSmallTalk: boolean;
}

/** Finds the model and the question. Rejects with `model_not_found` or what is wrong with the question. */
export function prepare(run: Run): Promise<Prepared> {
  const { request, registry, options } = run;
  return measured(run, 'prepare', () => {
    const model = registry.resolve(request.model);
    const question = readQuestion(request.messages, options.maxQuestionCharacters);
    const query = searchQuery(request.messages, question);
    return { model, question, query, isSmallTalk: recogniseSmallTalk(question.text) !== undefined };
  });
}

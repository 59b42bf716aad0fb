import { type LlmModel, recogniseSmallTalk, requireOneChoice } from '../llm/index.js';
import { type Question, readQuestion } from './question.js';
import type { Run } from './run.js';
import { searchQuery } from './search-query.js';
import type { RetrievalOptions } from './spec.js';
import { measured } from './stage.js';

/** How the documents take part; `skipped` is for small talk, which needs none. */
export type SearchPlan =
  | { readonly kind: 'off' }
  | { readonly kind: 'skipped' }
  | {
      readonly kind: 'search';
      readonly options: Extract<RetrievalOptions, { readonly enabled: unknown; readonly k: number }>;
    };

export interface Prepared {
  readonly model: LlmModel;
  readonly question: Question;
  /** What to search for. */
  readonly query: string;
  readonly plan: SearchPlan;
}

/**
 * Finds the model, the question and whether to search. Rejects with `model_not_found`, what is wrong with the
 * question, or `invalid_request` for several answers from the documents. `given` is what was found before.
 */
export function prepare(run: Run, given?: Prepared): Promise<Prepared> {
  return measured(run, 'prepare', () => given ?? prepareRequest(run));
}

/** The same without telling it: no clock, no events. */
export function prepareRequest({ request, registry, options }: PrepareParts): Prepared {
  const { messages, retrieval, parameters } = request;
  const model = registry.resolve(request.model);
  const searches = retrieval.enabled === 'model-decides' ? model.retrieval : retrieval.enabled;
  if (searches) requireOneChoice(parameters, 'an answer from the documents is one');
  const question = readQuestion(messages, options.maxQuestionCharacters, { required: searches });
  return {
    model,
    question,
    query: searchQuery(messages, question),
    plan: planOf(searches, question, retrieval),
  };
}

type PrepareParts = Pick<Run, 'request' | 'registry' | 'options'>;

function planOf(searches: boolean, question: Question, options: RetrievalOptions): SearchPlan {
  if (!searches || options.enabled === false) return { kind: 'off' };
  if (recogniseSmallTalk(question.text) !== undefined) return { kind: 'skipped' };
  return { kind: 'search', options };
}

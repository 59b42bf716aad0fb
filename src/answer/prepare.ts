import { type LlmModel, recogniseSmallTalk, requireOneChoice } from '../llm/index.js';
import { EXTRACTIVE } from '../llm/options.js';
import type { ChatMessage } from '../llm/spec.js';
import { searchQuery } from './follow-ups/index.js';
import type { AnswerOptions } from './options.js';
import { type Question, readQuestion } from './question.js';
import type { Run } from './run.js';
import type { RetrievalOptions } from './spec.js';
import { measuredAtOnce } from './stage.js';

/** How the documents take part; `skipped` is for small talk, which needs none. */
export type SearchPlan =
  | { readonly kind: 'off' }
  | { readonly kind: 'skipped' }
  | {
      readonly kind: 'search';
      readonly options: Extract<RetrievalOptions, { readonly enabled: unknown; readonly k: number }>;
    };

/** Longer questions say what they are about. */
const LONGEST_COMPLETED = 400;

export interface Prepared {
  readonly model: LlmModel;
  readonly question: Question;
  /** What to search for: the question, completed by rules where it leans on the conversation. */
  readonly query: string;
  /** Whether the model is to complete the question before the search. */
  readonly asksModel: boolean;
  readonly plan: SearchPlan;
}

/**
 * Finds the model, the question and whether to search. Throws `model_not_found`, what is wrong with the
 * question, or `invalid_request` for several answers from the documents. `given` is what was found before.
 */
export function prepare(run: Run, given?: Prepared): Prepared {
  return measuredAtOnce(run, 'prepare', () => given ?? prepareRequest(run));
}

/** The same without telling it: no clock, no events. */
export function prepareRequest({ request, registry, options }: PrepareParts): Prepared {
  const { messages, retrieval, parameters } = request;
  const model = registry.resolve(request.model);
  const searches = retrieval.enabled === 'model-decides' ? model.retrieval : retrieval.enabled;
  if (searches) requireOneChoice(parameters, 'an answer from the documents is one');
  const question = readQuestion(messages, options.maxQuestionCharacters, { required: searches });
  const plan = planOf(searches, question, retrieval);
  const asksModel = plan.kind === 'search' && mayAskModel(model, messages, question, options.followUps);
  const query = searchQuery(messages, question, options.followUps);
  return { model, question, query, plan, asksModel };
}

/** Only a question that is as long as questions are, with another before it. */
function mayAskModel(
  { provider }: LlmModel,
  messages: readonly ChatMessage[],
  { text, index }: Question,
  followUps: AnswerOptions['followUps'],
): boolean {
  if (followUps !== 'llm' || provider.name === EXTRACTIVE || text.length > LONGEST_COMPLETED) return false;
  return messages.slice(0, index).some(({ role }) => role === 'user');
}

type PrepareParts = Pick<Run, 'request' | 'registry' | 'options'>;

function planOf(searches: boolean, question: Question, options: RetrievalOptions): SearchPlan {
  if (!searches || options.enabled === false) return { kind: 'off' };
  if (recogniseSmallTalk(question.text) !== undefined) return { kind: 'skipped' };
  return { kind: 'search', options };
}

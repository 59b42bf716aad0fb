import {
  ConversationService,
  type Conversations,
  createAnswerFlow,
  Recall,
  type SemanticReport,
  Summaries,
} from '../answer/index.js';
import type { AnswerFlow } from '../answer/spec.js';
import type { Config } from '../config/index.js';
import type { BackgroundTasks } from '../core/index.js';
import type { LlmRegistry } from '../llm/index.js';
import type { EventSink } from '../observe/index.js';
import type { Retriever } from '../retrieval/spec.js';
import { logQuestions } from './log-questions.js';
import type { OpenedCaches } from './open-caches.js';
import type { OpenedConversations } from './open-conversations.js';
import { answerOptions, conversationOptions, recallOptions } from './room-options.js';

export interface AnswersStandOn extends OpenedConversations {
  readonly registry: LlmRegistry;
  readonly retriever: Retriever;
  /** Undefined where caching is off: every question is answered anew. */
  readonly cached: OpenedCaches | undefined;
  readonly background: BackgroundTasks;
}

export interface Answers {
  readonly flow: AnswerFlow;
  /** The same flow on conversations that are kept. */
  readonly conversations: Conversations;
  readonly semanticReport: () => SemanticReport | undefined;
}

/** What answers questions. It opens nothing: whoever opened what it stands on closes that. */
export function answersFor(config: Config, emit: EventSink, on: AnswersStandOn): Answers {
  const recall = recallFor(config, on);
  const flow = flowFor(config, emit, on, recall);
  return {
    flow,
    conversations: conversationsWith(flow, config, on),
    semanticReport: () => recall?.semanticReport(),
  };
}

function recallFor(config: Config, { cached, background }: AnswersStandOn): Recall | undefined {
  if (cached === undefined) return undefined;
  const { caches, leases } = cached;
  return new Recall(caches, recallOptions(config), { background, ...(leases && { leases }) });
}

function flowFor(
  config: Config,
  emit: EventSink,
  { registry, retriever }: AnswersStandOn,
  recall: Recall | undefined,
): AnswerFlow {
  const options = answerOptions(config);
  const flow = createAnswerFlow({ registry, retriever, options, emit, ...(recall && { recall }) });
  return config.log.questions ? logQuestions(flow, emit) : flow;
}

function conversationsWith(
  flow: AnswerFlow,
  config: Config,
  { registry, threads, runs, background }: AnswersStandOn,
): Conversations {
  const options = conversationOptions(config);
  const summaries =
    options.historyPolicy === 'summarise'
      ? new Summaries(registry, threads, options.historyTurns)
      : undefined;
  return new ConversationService({
    ...{ flow, threads, runs, options, background },
    ...(summaries && { summaries }),
  });
}

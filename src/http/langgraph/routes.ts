import type { Conversations } from '../../answer/index.js';
import type { AnswerFlow } from '../../answer/spec.js';
import type { BackgroundTasks } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { App } from '../app.js';
import { describeFailure, errorBody, retryHeaders } from '../errors.js';
import { defaultSseOptions, type SseOptions } from '../sse/index.js';
import { tellError } from '../tell-error.js';
import { assistantRoutes } from './assistants/routes.js';
import { BuiltinGraph } from './builtin/builtin-graph.js';
import type { ServedGraph } from './graph.js';
import { Graphs } from './graphs.js';
import type { LangGraphParts } from './parts.js';
import { runRoutes } from './runs/routes.js';
import { threadRoutes } from './threads/routes.js';
import { stateRoutes } from './threads/state-routes.js';

export interface LangGraphRouteParts {
  readonly flow: AnswerFlow;
  readonly conversations: Conversations;
  /** Those that users bring, besides the built-in one. */
  readonly graphs?: readonly ServedGraph[];
  readonly background: BackgroundTasks;
  readonly emit: EventSink;
  readonly defaultCollection: string;
  readonly defaultK: number;
  readonly sse?: SseOptions;
  readonly bodyLimitBytes: number;
  readonly info: { readonly version: string };
}

/** LangGraph's REST API, for its clients. */
export async function langGraphRoutes(app: App, parts: LangGraphRouteParts): Promise<void> {
  const { flow, conversations, background, emit, sse = defaultSseOptions, info } = parts;
  const { threads, runs } = conversations;
  const defaults = { collection: parts.defaultCollection, k: parts.defaultK };
  const graphs = new Graphs([new BuiltinGraph({ flow, conversations, defaults }), ...(parts.graphs ?? [])]);
  const own: LangGraphParts = { graphs, threads, runs, background, emit, sse, version: info.version };
  await app.register(async (scope: App) => {
    answerInTheirWords(scope, parts);
    await assistantRoutes(scope, own);
    await threadRoutes(scope, own);
    await stateRoutes(scope, own);
    await runRoutes(scope, own);
    infoRoutes(scope, own);
  });
}

/** Their clients show the body's text; `detail` is where their servers say what is wrong. */
function answerInTheirWords(scope: App, { emit, bodyLimitBytes }: LangGraphRouteParts): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const error = describeFailure(thrown, request, bodyLimitBytes);
    tellError(emit, error, request.id);
    return reply
      .code(error.status)
      .headers(retryHeaders(error))
      .send({ detail: error.message, ...errorBody(error) });
  });
}

/** What their tools ask for first. */
function infoRoutes(scope: App, { version }: LangGraphParts): void {
  const schema = { tags: ['langgraph'] };
  scope.get('/ok', { config: { open: true }, schema }, async () => ({ ok: true }));
  scope.get('/info', { config: { open: true }, schema }, async () => ({
    version,
    flags: { assistants: true, crons: false, langsmith: false },
  }));
}

import type { BackgroundTasks } from '../../core/index.js';
import type { AnswerPart } from '../../llm/spec.js';
import type { EventSink } from '../../observe/index.js';
import type { Runs, ThreadStore } from '../../threads/spec.js';
import type { SseOptions } from '../sse.js';
import type { GraphEvent } from './graph.js';
import type { Graphs } from './graphs.js';

/** What stands in the log of a run: of a graph's, or of an answer that another dialect asked for. */
export type RunPart = GraphEvent | AnswerPart | OtherPart;

/** What other dialects tell their readers only. */
interface OtherPart {
  readonly type: 'turn';
}

/** What LangGraph's routes work with. */
export interface LangGraphParts {
  readonly graphs: Graphs;
  readonly threads: ThreadStore;
  readonly runs: Runs<RunPart>;
  readonly background: BackgroundTasks;
  readonly emit: EventSink;
  readonly sse: SseOptions;
  readonly version: string;
}

import type { RunPart } from '../../answer/index.js';
import type { BackgroundTasks } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { Runs, ThreadStore } from '../../threads/spec.js';
import type { SseOptions } from '../sse/index.js';
import type { Graphs } from './graphs.js';

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

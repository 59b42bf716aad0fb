/** Answers on conversations that are kept: what whoever asks hands over, and what comes back. */
import type { BatchSource, CancelSignal } from '../../core/index.js';
import type { AnswerPart, ChatMessage } from '../../llm/spec.js';
import type {
  CreateThread,
  DoubleTexting,
  RunContext,
  RunEvent,
  RunInfo,
  Runs,
  ThreadStore,
} from '../../threads/spec.js';
import type { AnswerRequest, AnswerStream } from '../spec.js';

/** How whole the answer of a turn is. `interrupted`: cancelled; `failed`: something went wrong. */
export type TurnStatus = 'complete' | 'interrupted' | 'failed';

/** Said when a turn has been stored: from then on it survives the end of the process. */
export interface TurnPart {
  readonly type: 'turn';
  readonly sequence: number;
  readonly parent: number;
  readonly status: TurnStatus;
}

/** An event of a run that is not an answer, such as one of a user's own graph: passed through untouched. */
export interface GraphPart {
  readonly type: 'graph-event';
  readonly event: string;
  /** JSON text. */
  readonly data: string;
}

/** What the log of a run holds. An answer's parts come with one `turn` right before `finish` or `error`. */
export type RunPart = AnswerPart | TurnPart | GraphPart;

export interface ThreadQuestion {
  /** Its `messages` are what is new on the thread, ending with the question. */
  readonly request: AnswerRequest;
  /** Absent: a new one. */
  readonly thread?: string;
  /** Makes `thread` where it is not there; else that is `thread_not_found`. */
  readonly create?: boolean;
  /** Of a thread that is made. */
  readonly details?: Pick<CreateThread, 'metadata'>;
  /** The turn to go on from; 0: from the beginning. Default: the head. */
  readonly after?: number;
  /** Default `enqueue`. */
  readonly strategy?: DoubleTexting;
  /** Of the run. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A question within a run that another part of the server has begun. */
export interface QuestionWithin extends ThreadQuestion {
  /** What the turn is to begin with. Default: what is new in the request's messages, after those of the thread. */
  readonly asked?: readonly ChatMessage[];
  /** Kept with the turn. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** An answer that has its place on a thread. */
export interface StartedRun {
  readonly run: RunInfo;
  /** Its events from the beginning. `cancel`: the run ends when this reader, the last one, leaves. */
  events(onDisconnect: 'cancel' | 'continue'): BatchSource<RunEvent<RunPart>>;
}

/** An answer on a thread as the answer flow gives one, for dialects that know of no runs. */
export interface ThreadAnswer {
  readonly run: RunInfo;
  readonly stream: AnswerStream;
}

/** Asks on threads. */
export interface Conversations {
  readonly threads: ThreadStore;
  readonly runs: Runs<RunPart>;
  /**
   * Resolves when the question has its place on the thread. Rejects with what is wrong with the question,
   * `model_not_found`, `thread_not_found`, `checkpoint_not_found`, `thread_busy` or `closing`.
   */
  ask(question: ThreadQuestion): Promise<StartedRun>;
  /** The same, read by one reader; aborting the signal, or leaving the stream, cancels the answer. */
  answer(question: ThreadQuestion, signal: CancelSignal): Promise<ThreadAnswer>;
  /**
   * Answers within a run of the caller's, who hears the parts as the run's `write`. Resolves when the turn is stored
   * and told; rejects with why the answer is not whole.
   */
  answerWithin(question: QuestionWithin, run: RunContext<RunPart>): Promise<void>;
}

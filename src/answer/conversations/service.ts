import { type BackgroundTasks, type BatchSource, type CancelSignal, newId } from '../../core/index.js';
import { messageText } from '../../llm/index.js';
import type { ChatMessage } from '../../llm/spec.js';
import type {
  AppendedTurn,
  ReadRunOptions,
  RunContext,
  RunEvent,
  RunInfo,
  Runs,
  ThreadStore,
} from '../../threads/spec.js';
import type { AnswerFlow } from '../spec.js';
import { newMessages } from '../with-history.js';
import { AnswerOnThread } from './answer-on-thread.js';
import { type ConversationOptions, turnsShown } from './options.js';
import type {
  Conversations,
  QuestionWithin,
  RunPart,
  StartedRun,
  ThreadAnswer,
  ThreadQuestion,
} from './spec.js';
import { StreamOnThread } from './stream-on-thread.js';
import type { Summaries } from './summaries.js';
import { ThreadParts } from './thread-parts.js';
import { titleOf } from './title.js';
import { lostTurnOf } from './turn.js';

export interface ConversationParts {
  readonly flow: AnswerFlow;
  readonly threads: ThreadStore;
  readonly runs: Runs<RunPart>;
  readonly options: ConversationOptions;
  readonly background: BackgroundTasks;
  /** Absent: what is no longer shown is dropped. */
  readonly summaries?: Summaries;
}

/** Of a question, with its run. */
const SHOWN_CHARACTERS = 2_000;

interface Begun {
  readonly answer: AnswerOnThread;
  readonly run: RunInfo;
}

export class ConversationService implements Conversations {
  readonly threads: ThreadStore;
  readonly runs: Runs<RunPart>;
  readonly #parts: ConversationParts;

  constructor(parts: ConversationParts) {
    this.threads = parts.threads;
    this.runs = parts.runs;
    this.#parts = parts;
  }

  async ask(question: ThreadQuestion): Promise<StartedRun> {
    const { run } = await this.#begin(question);
    const events = (onDisconnect: 'cancel' | 'continue') => this.#events(question, run, { onDisconnect });
    return { run, events };
  }

  async answer(question: ThreadQuestion, signal: CancelSignal): Promise<ThreadAnswer> {
    const { run, answer } = await this.#begin(question);
    const { tenant } = question.request;
    const cancel = (): void => void this.runs.cancel(tenant, run.thread, run.id).catch(() => {});
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    const parts = new ThreadParts(this.#events(question, run, { onDisconnect: 'cancel' }));
    return { run, stream: new StreamOnThread(answer.stream, parts) };
  }

  async answerWithin(question: QuestionWithin, run: RunContext<RunPart>): Promise<void> {
    const { flow, threads } = this.#parts;
    const shown = turnsShown(this.#parts.options);
    const onStored = (run: RunContext<RunPart>, turn: AppendedTurn) => this.#stored(question, run, turn);
    const answer = new AnswerOnThread({
      ...{ flow, threads, question, isNew: false, turnsShown: shown, onStored },
    });
    try {
      await answer.execute(run);
    } finally {
      answer.over();
    }
  }

  #events(
    { request: { tenant } }: ThreadQuestion,
    { thread, id }: RunInfo,
    options: ReadRunOptions,
  ): BatchSource<RunEvent<RunPart>> {
    return this.runs.stream(tenant, thread, id, options);
  }

  async #begin(question: ThreadQuestion): Promise<Begun> {
    const { flow, threads } = this.#parts;
    const { request, after = 0, thread } = question;
    flow.check(request);
    if (after > 0 && thread !== undefined) await threads.getTurn(request.tenant, thread, after);
    const shown = turnsShown(this.#parts.options);
    const isNew = thread === undefined;
    const onStored = (run: RunContext<RunPart>, turn: AppendedTurn) => this.#stored(question, run, turn);
    const answer = new AnswerOnThread({ flow, threads, question, isNew, turnsShown: shown, onStored });
    try {
      const run = await this.#createRun(question, shown, answer);
      return { answer, run };
    } catch (error) {
      answer.over();
      throw error;
    }
  }

  #createRun(question: ThreadQuestion, lastTurns: number, answer: AnswerOnThread): Promise<RunInfo> {
    const { request, thread, create, details, strategy, metadata } = question;
    const title = titleOf(request.messages);
    const makes = thread === undefined || create === true;
    return this.runs.create({
      tenant: request.tenant,
      thread: thread ?? newId('thread'),
      lastTurns,
      ...(makes && { createThread: { title, ...details } }),
      ...(strategy && { strategy }),
      metadata: { ...metadata, narae: askedOn(question) },
      ifLost: lostTurnOf(askedBy(question), question.after),
      execute: (run) => answer.execute(run),
      onOver: () => answer.over(),
    });
  }

  /** What need not be done before the client hears that the answer is finished. */
  #stored({ request }: ThreadQuestion, { thread }: RunContext<RunPart>, { info }: AppendedTurn): void {
    const { background, threads, summaries } = this.#parts;
    const { tenant } = request;
    if (info.title === undefined)
      background.run('title', async () => {
        await threads.patch(tenant, thread, { title: titleOf(request.messages) });
      });
    if (summaries?.isDue(info))
      background.run('summary', (signal) =>
        summaries.renew({ tenant, thread, model: request.model }, signal),
      );
  }
}

/** What is new: all of it where the conversation begins with it, as far as is known before it is loaded. */
function askedBy({ request: { messages }, thread, after }: ThreadQuestion): readonly ChatMessage[] {
  return thread === undefined || after === 0 ? messages : newMessages(messages);
}

/** What a list of runs shows of a question that is being answered, since its turn is not stored yet. */
function askedOn({ request: { messages }, after }: ThreadQuestion): Record<string, unknown> {
  const question = messages.findLast(({ role }) => role === 'user');
  const text = question === undefined ? '' : messageText(question).slice(0, SHOWN_CHARACTERS);
  return { question: text, ...(after !== undefined && { after }) };
}

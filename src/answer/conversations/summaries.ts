import type { LlmRegistry } from '../../llm/index.js';
import { messageText } from '../../llm/index.js';
import { EXTRACTIVE } from '../../llm/options.js';
import type { LlmRequest } from '../../llm/spec.js';
import { pathIncludes } from '../../threads/index.js';
import type { ThreadInfo, ThreadState, ThreadStore, Turn } from '../../threads/spec.js';
import { isAnswered } from './history.js';

export interface SummaryPlace {
  readonly tenant: string;
  readonly thread: string;
  /** Who answers there. */
  readonly model?: string | undefined;
}

const MAX_OUTPUT_TOKENS = 400;
const LONGEST_CHARACTERS = 4_000;
/** Of one message that is summed up. */
const MESSAGE_CHARACTERS = 2_000;

const INSTRUCTIONS = `Sum up a conversation for somebody who is to go on with it.
Keep what was asked, what was found out, names, numbers and decisions, in the language of the conversation, in at most 200 words. Write the summary only.`;

/**
 * Sums up what a model is not shown any more. When twice `turns` turns stand behind the last summary, the older half is
 * told into it: so a model is always shown the last `turns` turns at least, and one call serves many questions.
 */
export class Summaries {
  readonly #registry: LlmRegistry;
  readonly #threads: ThreadStore;
  readonly #turns: number;

  constructor(registry: LlmRegistry, threads: ThreadStore, turns: number) {
    this.#registry = registry;
    this.#threads = threads;
    this.#turns = turns;
  }

  /** Whether it may be time; `renew` looks closer. */
  isDue({ turns, summary }: ThreadInfo): boolean {
    return turns >= 2 * this.#turns && (summary === undefined || turns % Math.max(1, this.#turns) === 0);
  }

  /** Rejects as the model or the store does; the summary then stays as it was. */
  async renew({ tenant, thread, model }: SummaryPlace, signal: AbortSignal): Promise<void> {
    const { provider, upstreamModel } = this.#registry.resolve(model);
    if (provider.name === EXTRACTIVE || this.#turns === 0) return;
    const state = await this.#threads.load(tenant, thread, { lastTurns: Math.min(1_000, 2 * this.#turns) });
    const earlier = usableSummary(state);
    const open = state.turns.filter(({ sequence }) => sequence > (earlier?.through ?? 0));
    const told = open.slice(0, open.length - this.#turns);
    const last = told.at(-1);
    if (last === undefined) return;
    const request = requestFor(upstreamModel, earlier?.text, told);
    const text = await collect(provider.stream(request, { signal, tenant }));
    if (text === '') return;
    await this.#threads.patch(tenant, thread, { summary: { text, through: last.sequence } });
  }
}

function usableSummary({ info, path }: ThreadState) {
  return info.summary !== undefined && pathIncludes(path, info.summary.through) ? info.summary : undefined;
}

async function collect(
  parts: ReturnType<ReturnType<LlmRegistry['resolve']>['provider']['stream']>,
): Promise<string> {
  let text = '';
  for await (const batch of parts)
    for (const part of batch) if (part.type === 'text-delta') text += part.text;
  return text.trim().slice(0, LONGEST_CHARACTERS);
}

function requestFor(model: string, earlier: string | undefined, turns: readonly Turn[]): LlmRequest {
  const lines = turns
    .filter(isAnswered)
    .flatMap(({ messages }) => messages)
    .map((message) => `${message.role}: ${messageText(message).slice(0, MESSAGE_CHARACTERS)}`);
  const before = earlier === undefined ? [] : [`Summary of what was said before these:\n${earlier}`];
  return {
    model,
    messages: [
      { role: 'system', content: INSTRUCTIONS },
      { role: 'user', content: [...before, ...lines].join('\n\n') },
    ],
    question: '',
    passages: [],
    retrieval: 'off',
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    parameters: { temperature: 0 },
  };
}

import { type CancelSignal, NaraeError } from '../../src/core/index.js';
import type { LlmModel, LlmRegistry } from '../../src/llm/index.js';
import type { LlmContext, LlmPart, LlmProvider, LlmRequest } from '../../src/llm/spec.js';

/** One call of the model, played by hand. */
export class ScriptedCall {
  readonly request: LlmRequest;
  readonly signal: CancelSignal;
  readonly #queue: (readonly LlmPart[] | Error)[] = [];
  #wake = (): void => {};

  constructor(request: LlmRequest, signal: CancelSignal) {
    this.request = request;
    this.signal = signal;
    signal.addEventListener('abort', () => this.#add(new NaraeError('aborted')));
  }

  give(text: string): void {
    this.#add([{ type: 'text-delta', text }]);
  }

  finish(reason: 'stop' | 'length' = 'stop'): void {
    const usage = { inputTokens: 10, outputTokens: 5, estimated: false };
    this.#add([
      { type: 'usage', usage },
      { type: 'finish', reason },
    ]);
  }

  fail(): void {
    this.#add(new NaraeError('llm_unreachable', { values: { host: 'scripted', reason: 'on purpose' } }));
  }

  writer(): void {
    this.#add([{ type: 'writer', writer: { model: 'fallback', provider: 'openai' } }]);
  }

  async *parts(): AsyncGenerator<readonly LlmPart[], void, undefined> {
    for (;;) {
      const next = this.#queue.shift();
      if (next === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (next instanceof Error) throw next;
      else {
        yield next;
        if (next.at(-1)?.type === 'finish') return;
      }
    }
  }

  #add(item: readonly LlmPart[] | Error): void {
    this.#queue.push(item);
    this.#wake();
  }
}

/** A model that says what a test wants, under the names `scripted`, `other`, `never` and `always`. */
export class ScriptedModel implements LlmProvider {
  readonly name = 'openai';
  readonly calls: ScriptedCall[] = [];
  text = 'You have 25 days of leave [1].';
  ending: 'stop' | 'length' | 'fail' | 'writer' = 'stop';
  readonly #byHand: boolean;

  constructor({ byHand = false }: { readonly byHand?: boolean } = {}) {
    this.#byHand = byHand;
  }

  stream(request: LlmRequest, { signal }: LlmContext): AsyncIterable<readonly LlmPart[]> {
    const call = new ScriptedCall(request, signal);
    this.calls.push(call);
    if (!this.#byHand) this.#play(call);
    return call.parts();
  }

  async listModels(): Promise<readonly string[]> {
    return ['scripted'];
  }

  async close(): Promise<void> {}

  registry(): LlmRegistry {
    const shared = { provider: this, upstreamModel: 'm', aliases: [], retrieval: true, revision: '1' };
    const models: LlmModel[] = [
      { ...shared, name: 'scripted', cache: 'auto' },
      { ...shared, name: 'other', cache: 'auto' },
      { ...shared, name: 'never', cache: 'never' },
      { ...shared, name: 'always', cache: 'always' },
    ];
    return {
      models,
      resolve: (name) => models.find((model) => model.name === (name ?? 'scripted')) as LlmModel,
      close: async () => {},
    };
  }

  #play(call: ScriptedCall): void {
    if (this.ending === 'writer') call.writer();
    call.give(this.text);
    if (this.ending === 'fail') call.fail();
    else call.finish(this.ending === 'length' ? 'length' : 'stop');
  }
}

import type { LoadTarget } from './options.js';

const NUMBER_MARK = '{n}';

/** The bodies of a run's requests, in turn. Those without a number in them are built once. */
export class RequestBodies {
  readonly #target: LoadTarget;
  readonly #prepared: readonly (Buffer | undefined)[];

  constructor(target: LoadTarget) {
    this.#target = target;
    this.#prepared = target.prompts.map((prompt) =>
      prompt.includes(NUMBER_MARK) ? undefined : Buffer.from(bodyText(target, prompt)),
    );
  }

  /** The body of request `number`, from 0. */
  of(number: number): Buffer {
    const index = number % this.#prepared.length;
    const prompt = this.#target.prompts[index] as string;
    return this.#prepared[index] ?? Buffer.from(bodyText(this.#target, withNumber(prompt, number)));
  }
}

function withNumber(prompt: string, number: number): string {
  return prompt.replaceAll(NUMBER_MARK, String(number));
}

function bodyText({ model, maxTokens, body }: LoadTarget, prompt: string): string {
  return JSON.stringify({
    model,
    messages: [{ role: 'user', content: prompt }],
    stream: true,
    stream_options: { include_usage: true },
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...body,
  });
}

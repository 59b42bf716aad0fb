import { delta, type FakeUpstream, STOP, startEvents, startFakeUpstream } from './fake-upstream.js';

/** A model server whose model `held` begins to answer and goes on until it is let; its others answer at once. */
export class HeldAnswers {
  readonly upstream: FakeUpstream;
  readonly #ends: (() => void)[];

  private constructor(upstream: FakeUpstream, ends: (() => void)[]) {
    this.upstream = upstream;
    this.#ends = ends;
  }

  /** Held answers read `<first>and done`. */
  static async start(first: string): Promise<HeldAnswers> {
    const ends: (() => void)[] = [];
    const upstream = await startFakeUpstream({
      held: (response) => {
        startEvents(response).write(delta(first));
        ends.push(() => response.end(`${delta('and done')}${STOP}data: [DONE]\n\n`));
      },
    });
    return new HeldAnswers(upstream, ends);
  }

  /** `held`, and `any` that is not, as a configuration names them. */
  get models() {
    const at = { provider: 'openai', baseUrl: this.upstream.baseUrl, retrieval: false };
    return ['held', 'any'].map((name) => ({ name, ...at }));
  }

  /** Lets every answer that is held end. */
  end(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  close(): Promise<void> {
    return this.upstream.close();
  }
}

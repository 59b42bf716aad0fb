import type { ServedGraph } from './graph.js';

/** A graph that is imported when it is first needed; a failure to do so is told each time, and tried again. */
export class LazyGraph implements ServedGraph {
  readonly id: string;
  readonly #load: () => Promise<ServedGraph>;
  #loaded: Promise<ServedGraph> | undefined;

  constructor(id: string, load: () => Promise<ServedGraph>) {
    this.id = id;
    this.#load = load;
  }

  check: ServedGraph['check'] = async (...given) => (await this.#graph()).check(...given);
  run: ServedGraph['run'] = async (...given) => (await this.#graph()).run(...given);
  rollBack: ServedGraph['rollBack'] = async (...given) => (await this.#graph()).rollBack(...given);
  mark: ServedGraph['mark'] = async (...given) => (await this.#graph()).mark(...given);
  state: ServedGraph['state'] = async (...given) => (await this.#graph()).state(...given);
  history: ServedGraph['history'] = async (...given) => (await this.#graph()).history(...given);
  update: ServedGraph['update'] = async (...given) => (await this.#graph()).update(...given);
  copy: ServedGraph['copy'] = async (...given) => (await this.#graph()).copy(...given);
  remove: ServedGraph['remove'] = async (...given) => (await this.#graph()).remove(...given);
  drawing: ServedGraph['drawing'] = async (...given) => (await this.#graph()).drawing(...given);
  schemas: ServedGraph['schemas'] = async () => (await this.#graph()).schemas();

  #graph(): Promise<ServedGraph> {
    this.#loaded ??= this.#load().catch((error: unknown) => {
      this.#loaded = undefined;
      throw error;
    });
    return this.#loaded;
  }
}

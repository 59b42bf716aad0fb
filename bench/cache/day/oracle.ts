import { createHash } from 'node:crypto';
import { RagChain } from '../../../dist/index.js';

const AT_ONCE = 4;

/** What an answer says and rests on. */
export interface Substance {
  /** Of the text and of each passage with its text. */
  readonly whole: string;
  /** Of the passages alone. */
  readonly evidence: string;
  readonly version: number;
}

interface SourceLike {
  readonly id: string;
  readonly text: string;
}

export function substanceOf(text: string, sources: readonly SourceLike[], version: number): Substance {
  const evidence = hashOf(sources.map(({ id, text: passage }) => [id, passage]));
  return { whole: hashOf([text, evidence]), evidence, version };
}

/** Answers questions anew, in this process, on the same documents, with every cache off. */
export class Oracle {
  readonly #chain: RagChain;

  private constructor(chain: RagChain) {
    this.#chain = chain;
  }

  static async open(dataDir: string, model: string, modelUrl: string): Promise<Oracle> {
    const models = [{ name: model, provider: 'openai', baseUrl: `${modelUrl}/v1` }];
    const settings = { 'cache.enabled': false, 'llm.models': models, 'llm.model': model };
    return new Oracle(await RagChain.open({ dataDir, settings }));
  }

  async answer(question: string): Promise<Substance> {
    const { text, sources, search } = await this.#chain.query(question);
    return substanceOf(text, sources, search?.collectionVersion ?? -1);
  }

  /** By question. */
  async answerAll(questions: Iterable<string>): Promise<Map<string, Substance>> {
    const answers = new Map<string, Substance>();
    const waiting = [...new Set(questions)];
    const lane = async (): Promise<void> => {
      for (let text = waiting.pop(); text !== undefined; text = waiting.pop())
        answers.set(text, await this.answer(text));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return answers;
  }

  close(): Promise<void> {
    return this.#chain.close();
  }
}

function hashOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Article } from './read-data.js';

/** Articles that are not there in the morning; each change brings one. */
const HELD_BACK = 10;
/** Articles that one change edits. */
const EDITED = 8;

/** A folder of articles that somebody works on during the day. */
export class Documents {
  readonly #folder: string;
  readonly #articles: readonly Article[];
  readonly #random: () => number;
  #changes = 0;

  constructor(folder: string, articles: readonly Article[], random: () => number) {
    this.#folder = folder;
    this.#articles = articles;
    this.#random = random;
    mkdirSync(folder, { recursive: true });
    articles.slice(HELD_BACK).forEach((article, at) => {
      this.#write(at + HELD_BACK, article, '');
    });
  }

  /** Edits some articles in the middle of a paragraph, removes one and adds one. */
  change(): void {
    const number = this.#changes++;
    const added = this.#articles[number % HELD_BACK];
    if (added) this.#write(number % HELD_BACK, added, '');
    rmSync(this.#path(this.#pick()), { force: true });
    for (let edit = 0; edit < EDITED; edit++) {
      const at = this.#pick();
      const article = this.#articles[at];
      if (article) this.#write(at, article, ` This was corrected (${number + 1}). 고친 내용입니다.`);
    }
  }

  #pick(): number {
    return HELD_BACK + Math.floor(this.#random() * (this.#articles.length - HELD_BACK));
  }

  #write(at: number, { title, paragraphs }: Article, correction: string): void {
    const edited = Math.floor(this.#random() * paragraphs.length);
    const texts = paragraphs.map(({ text }, index) => (index === edited ? text + correction : text));
    writeFileSync(this.#path(at), `# ${title}\n\n${texts.join('\n\n')}\n`);
  }

  #path(at: number): string {
    return join(this.#folder, `article-${at}.md`);
  }
}

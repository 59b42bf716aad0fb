import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../support/seeded-random.js';

const SECTIONS = 14;
const SYLLABLES = {
  en: 'ba ce di fo gu ha ki lo mu ne pa ri so tu ve wi xa yo ze chi'.split(' '),
  ko: [...'가나다라마바사아자차카타파하고노도로모보소오조초코토포호'],
};
const VOCABULARY = 20_000;

/**
 * Writes Markdown in English and Korean: sections of about one thousand characters, words drawn from 20,000 with the
 * skew of real text (Zipf). 1,500 documents give about 24,000 chunks.
 */
export function writeSyntheticFolder(folder: string, documents = 1500): { documents: number; bytes: number } {
  const random = seededRandom(7);
  const words = { en: vocabulary(random, 'en'), ko: vocabulary(random, 'ko') };
  let bytes = 0;
  for (let index = 0; index < documents; index++) {
    const language = index % 2 === 0 ? 'en' : 'ko';
    const text = document(random, words[language], index);
    const parent = join(folder, language, `part-${index % 40}`);
    mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, `${index}.md`), text);
    bytes += Buffer.byteLength(text);
  }
  return { documents, bytes };
}

function vocabulary(random: () => number, language: 'en' | 'ko'): string[] {
  const syllables = SYLLABLES[language];
  const syllable = () => syllables[Math.floor(random() * syllables.length)] ?? '';
  return Array.from({ length: VOCABULARY }, () =>
    Array.from({ length: 2 + Math.floor(random() * 3) }, syllable).join(''),
  );
}

function document(random: () => number, words: readonly string[], index: number): string {
  const word = () => words[Math.floor(VOCABULARY ** random())] ?? '';
  const sentence = () => `${Array.from({ length: 8 + Math.floor(random() * 10) }, word).join(' ')}.`;
  const paragraph = () => Array.from({ length: 4 }, sentence).join(' ');
  const section = (number: number) =>
    `## ${word()} ${number}\n\n${Array.from({ length: 3 }, paragraph).join('\n\n')}`;
  return `# ${word()} ${index}\n\n${Array.from({ length: SECTIONS }, (_, number) => section(number)).join('\n\n')}\n`;
}

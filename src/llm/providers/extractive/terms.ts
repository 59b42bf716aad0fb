/** Particles and endings that follow a Korean noun or verb stem, longest first. */
const KOREAN_ENDINGS =
  /(?:이라는|이라고|라는|라고|에서는|에서의|에게서|으로서|으로써|으로는|이었나요|였나요|인가요|인가|한가요|한가|한지|할까요|할까|입니까|입니다|일까요|일까|했나요|하나요|하나|합니까|합니다|하려면|하면|하는지|하는|하고|하여|해서|했던|했다|했는가|했는지|한다|되나요|됩니까|되는가|되는지|되는|되었나요|된다|나요|는가|는지|던|이란|란|에서|에게|께서|한테|까지|부터|처럼|보다|마다|으로|이나|이며|이고|와의|과의|들은|들이|들을|들의|은|는|이|가|을|를|의|에|로|와|과|도|만|들|한|할|된|될)$/;

const WORD =
  /[\p{Script=Latin}\p{N}_]+|\p{Script=Hangul}+|\p{Script=Han}+|[\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

/** A word and the pieces by which it is recognised in other forms of itself. */
export interface Term {
  readonly word: string;
  readonly pieces: readonly string[];
}

/** The words of a text, in order, as terms. Words without letters or digits are left out. */
export function termsOf(text: string): Term[] {
  return (text.normalize('NFC').match(WORD) ?? []).flatMap(wordTerms);
}

function wordTerms(word: string): Term[] {
  if (/^\p{Script=Hangul}/u.test(word)) return [{ word, pieces: bigrams(withoutEnding(word)) }];
  if (/^[\p{Script=Latin}\p{N}_]/u.test(word)) return latinTerms(word);
  return [{ word, pieces: bigrams(word) }];
}

/** Identifiers count as a whole and by their parts: `CORSMiddleware`, `read_items`. */
function latinTerms(word: string): Term[] {
  const parts = word
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .split('_')
    .filter((part) => part !== '');
  const whole = { word: word.toLowerCase(), pieces: [stem(word)] };
  if (parts.length < 2) return word === '_'.repeat(word.length) ? [] : [whole];
  return [whole, ...parts.map((part) => ({ word: part.toLowerCase(), pieces: [stem(part)] }))];
}

/** The first six letters, without a plural's `s`: near enough to a stem for comparing, in any Latin language. */
function stem(word: string): string {
  const lower = word.toLowerCase();
  if (lower.length > 6) return lower.slice(0, 6);
  return lower.length > 3 && /[^s]s$/.test(lower) ? lower.slice(0, -1) : lower;
}

function withoutEnding(word: string): string {
  const bare = word.replace(KOREAN_ENDINGS, '');
  return bare.length >= 2 || word.length <= 2 ? bare || word : bare;
}

/** Character pairs; a single character stands for itself. */
function bigrams(word: string): string[] {
  if (word.length < 2) return [word];
  return Array.from({ length: word.length - 1 }, (_, index) => word.slice(index, index + 2));
}

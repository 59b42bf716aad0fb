/**
 * Particles and endings that follow a Korean noun or verb stem, as a reader strips them in the mind:
 * 설치하려면 → 설치, 서버에서는 → 서버. Longest first, so that 에서 goes before 에.
 */
const TAILS = [
  ...['하시겠습니까', '했습니다', '되었습니다', '됩니다', '합니다', '입니다', '습니다', '하려면', '되려면'],
  ...[
    '하나요',
    '되나요',
    '인가요',
    '했나요',
    '할까요',
    '일까요',
    '해야',
    '하면',
    '되면',
    '하는',
    '되는',
    '하고',
    '되고',
  ],
  ...[
    '하게',
    '하기',
    '되기',
    '해서',
    '하지',
    '한다',
    '된다',
    '하다',
    '되다',
    '했다',
    '됐다',
    '인지',
    '이란',
    '이라고',
  ],
  ...[
    '이라는',
    '라고',
    '라는',
    '에서',
    '에게',
    '께서',
    '으로',
    '부터',
    '까지',
    '처럼',
    '보다',
    '마다',
    '밖에',
    '조차',
  ],
  ...[
    '이나',
    '이며',
    '이고',
    '이다',
    '려면',
    '나요',
    '은',
    '는',
    '이',
    '가',
    '을',
    '를',
    '에',
    '로',
    '와',
    '과',
    '도',
  ],
  ...['만', '의', '란', '할', '한', '될', '된', '해', '요'],
].sort((a, b) => b.length - a.length);

/** A stem shorter than this says too little: 회의 must not become 회. */
const STEM_MIN_SYLLABLES = 2;

const STRIP_ROUNDS = 3;

/** The word itself and what remains of it when tails are taken off, longest first. */
export function koreanForms(word: string): string[] {
  const forms = [word];
  for (let round = 0; round < STRIP_ROUNDS; round++) {
    const stem = stripTail(forms.at(-1) ?? '');
    if (stem === undefined) break;
    forms.push(stem);
  }
  return forms;
}

function stripTail(word: string): string | undefined {
  const tail = TAILS.find(
    (ending) => word.endsWith(ending) && word.length - ending.length >= STEM_MIN_SYLLABLES,
  );
  return tail === undefined ? undefined : word.slice(0, -tail.length);
}

/** Whether what follows a one-syllable noun in its word is only a particle: 키를 for 키, but not 키보드. */
export function isTail(text: string): boolean {
  return text === '' || TAILS.includes(text);
}

/**
 * The noun of one syllable before an object particle (키를 → 키, 값을 → 값), if `word` is one. 을 follows a final
 * consonant and 를 a vowel, so 가을 and 마을 stay whole.
 */
export function syllableBeforeObjectParticle(word: string): string | undefined {
  const syllable = word[0];
  if (word.length !== 2 || syllable === undefined) return undefined;
  return word[1] === (hasFinalConsonant(syllable) ? '을' : '를') ? syllable : undefined;
}

/** Hangul syllables are laid out in Unicode from U+AC00 in groups of 28, one for each final; the first has none. */
function hasFinalConsonant(syllable: string): boolean {
  return (syllable.charCodeAt(0) - 0xac00) % 28 !== 0;
}

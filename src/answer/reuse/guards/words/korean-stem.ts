/**
 * What may follow a Korean stem, in decomposed letters: particles, endings and the light verbs that turn a noun into a
 * verb (하다, 되다, 시키다 …), in any number. Written in syllables and bare finals (ᆫ ᆯ ᆷ ᆸ ᆻ) and decomposed on loading.
 */
const SUFFIXES = `
은 는 이 가 을 를 에 의 와 과 도 만 로 으로 나 이나 랑 이랑 하고 까지 부터 에서 에게 에게서 한테 한테서 께 께서 보다 처럼 같이
마다 밖에 조차 마저 라도 이라도 든지 이든 든 요 야 이야 여 이여 라 이라 란 이란 라고 이라고 라는 이라는 인 인지 일 일까 이면 면
서 로서 로써 에다 에는 에도 엔 선 께는 쯤 씩 들 님 씨 꺼 거 것 게 건 걸
다 니다 습니다 ᆸ니다 ᆸ니까 습니까 ᆸ시다 ᆸ시오 십시오 세요 셔요 시오 시 셨 으시 으셨 ᆯ까 을까 ᆯ까요 을까요 ᆯ래 을래 ᆯ게 을게
ᆫ다 는다 ᆫ지 는지 ᆫ가 는가 ᆫ데 는데 은데 은지 나요 니 냐 느냐 으냐 지 지요 죠 네 네요 구나 군 군요 고 고서 며 으며 면서 으면서
면 으면 려면 으려면 려고 으려고 러 으러 도록 게 게끔 어 아 여 어서 아서 여서 어도 아도 어야 아야 야지 자 자마자 거나 거든 더라 던 던지 든가
ᆫ ᆯ ᆷ ᆸ ᆻ 음 기 기는 기가 기에 은 을 었 았 였 겠 ᆻ었 더니 니까 으니까 니 으니 므로 으므로
하 해 하여 했 한 할 함 합 되 돼 된 될 됨 됩 됐 시키 시켜 시킨 시킬 시켰 당하 당한 받 받은 받을 적 스럽 스러운 롭
주 줘 줄 준 줬 주세요 줄래 줄까 달라 드리 드려 놓 놔 놨 놓은 두 둬 둔 있 있는 버리 버려 버린 보 봐 본 볼 싶 싶은
어라 아라 거라 렴 려무나 소서 세 게나 는 은 자고 라며 다며 다고 다는 냐고 으라고 라는 자는 던데 텐데 잖아 거야 거지 건가 건지 건데 거예요 거에요
예요 이에요 에요 입니다 입니까 인가 인가요 인데 였 이었 이다 이고 이며
지어 진 질 졌 져 으렴 읍시다 읍시 읍니다 으십시오 으세요 을지 ᆯ지 ᆯ때 을때 철 네 마 지마 어지 아지 시어 으실 실 신 댔 댄 다는데 다던데 래 래요 야겠 ᆯ거 을거 ᆯ수 ᆫ다고 는다고 는게 ᆫ게 ᆯ게 ᆫ거 는거
ᆫ걸 는걸 구요 거라서 길래 느라 느라고 다가 다면 라면 이라면 냐면 단 단다 답니다
`;

/**
 * The token in letters, contracted vowels taken apart, so that a stem is a prefix of all its forms:
 * 보낸 → 보내 + ᆫ, 바꿔 → 바꾸 + 어.
 */
function letters(text: string): string {
  return text.normalize('NFD').replaceAll('ᅯ', 'ᅮᅥ').replaceAll('ᅪ', 'ᅩᅡ').replaceAll('ᅧ', 'ᅵᅥ');
}

const SUFFIX_LETTERS: ReadonlySet<string> = new Set(SUFFIXES.trim().split(/\s+/).map(letters));
const LONGEST_SUFFIX = Math.max(...[...SUFFIX_LETTERS].map((suffix) => suffix.length));

const MAX_CACHED = 20_000;
const cached = new Map<string, readonly string[]>();

/** Longer tokens are data: only their beginning counts. */
const MAX_TOKEN = 20;

/**
 * Everything that may be the stem of a token: each beginning after which only particles and endings follow, longest
 * first, in decomposed letters. Two tokens that share one are forms of one word.
 */
export function koreanStems(token: string): readonly string[] {
  const known = cached.get(token);
  if (known) return known;
  if (cached.size >= MAX_CACHED) cached.clear();
  const stems = findStems(letters(token.slice(0, MAX_TOKEN)));
  cached.set(token, stems);
  return stems;
}

function findStems(word: string): readonly string[] {
  const isTail = tailsOf(word);
  const stems: string[] = [];
  for (let end = word.length; end >= 2; end--) {
    const stem = word.slice(0, end);
    if (!ENDS_IN_LEAD.test(stem) && (isTail[end] || isContractedTail(word, end, isTail))) stems.push(stem);
  }
  return stems;
}

/** A stem ends with a whole syllable, not with the first letter of one. */
const ENDS_IN_LEAD = /[\u1100-\u1112]$/;

/** For each place whether suffixes, one after the other, make up the rest: worked out from the end, in one pass. */
function tailsOf(word: string): boolean[] {
  const isTail = new Array<boolean>(word.length + 1).fill(false);
  isTail[word.length] = true;
  for (let at = word.length - 1; at >= 0; at--)
    for (let end = at + 1; end <= Math.min(word.length, at + LONGEST_SUFFIX) && !isTail[at]; end++)
      isTail[at] = isTail[end]! && SUFFIX_LETTERS.has(word.slice(at, end));
  return isTail;
}

const VOWEL = /^[\u1161-\u1175]/;

/** A vowel that was contracted with the stem begins a syllable of its own when they are taken apart: 어, 아. */
function isContractedTail(word: string, start: number, isTail: readonly boolean[]): boolean {
  if (!VOWEL.test(word.slice(start))) return false;
  for (let end = start + 1; end <= Math.min(word.length, start + LONGEST_SUFFIX); end++)
    if (isTail[end] && SUFFIX_LETTERS.has(`\u110b${word.slice(start, end)}`)) return true;
  return false;
}

/** Whether a token is nothing but particles and endings, such as one that a date has left: 에, 에는. */
export function isOnlySuffix(token: string): boolean {
  return tailsOf(letters(token.slice(0, MAX_TOKEN)))[0]!;
}

/** Stems of a list of words, in the form of `koreanStems`. */
export function stemLetters(words: Iterable<string>): ReadonlySet<string> {
  return new Set([...words].map(letters));
}

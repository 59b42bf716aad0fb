import type { Leaning } from './leaning.js';

/** Words with which a speaker goes on. */
const KOREAN_CONJUNCTION =
  /^(?:(?:그럼|그러면|그렇다면|그리고|그런데|근데|그래도|하지만|그래서|또|또한|아니면|혹시|아|음|네|예)[,\s]+)+/;

/** "리눅스에서는 어때요?" asks the same as "리눅스에서는요?". */
const HOW_ABOUT = /(은|는|도)\s+(?:어때|어떤가|어떨까)요?(?=\s*[?.!]*$)/;

/** A Korean question without the words that only connect it. */
export function withoutConnectives(question: string): string {
  return question.replace(KOREAN_CONJUNCTION, '').replace(HOW_ABOUT, '$1요');
}

/** Stand for something that was named before, whatever particle follows. */
const DEMONSTRATIVE =
  /(?:^|\s)(?:(?:그|이|저)(?:것|거|건|게|걸)(?:들)?(?:은|는|이|가|을|를|도|만|의|로|으로|랑|과|와|에|예요|인가요|이에요)?|그(?:곳|때|분|쪽)(?:은|는|이|가|을|를|도|에|에서|까지|부터)?|(?:거기|여기)(?:서|에|에서|는|서는|로|까지|도|가)?|그들(?:은|이|을|의)?|(?:전자|후자|나머지|둘|각각)(?:는|은|가|이|를|을|도|의)?|그렇게|이렇게)(?=[\s?.!,]|$)/;
/** "그 플랜은", "이 경우에는", "해당 서비스가". */
const DETERMINER =
  /(?:^|\s)(?:그\s+\S+|이\s+(?:중|경우|방법|때|외|밖)\S*|해당\s+\S+|같은\s+(?:경우|방법|조건)\S*|다른\s+(?:건|것|거|방법)\S*|둘\s+(?:다|중)\S*)/;
/** Something in the same question that a demonstrative after it may stand for. */
const NAMED_BEFORE = /\S{2,}(?:을|를|이|가|은|는)\s+\S+.*\s$/;

/** A thing with its particle, and no verb: "환불은요?", "맥에서는?", "주말에도요?", "학생이면요?". */
const FRAGMENT = /^(?:\S+\s+){0,3}?\S{1,20}(?:은|는|도|이면|라면|이라면)(?:요|여)?\s*[?.!]*$/;
/** Endings of verbs that look like particles. */
const VERB_LIKE =
  /(?:하는|되는|있는|없는|같은|좋은|많은|않은|받은|되면|하면|있으면|나요|까요|어도|아도|해도|돼도)(?:요)?\s*[?.!]*$/;
const BARE = /^[가-힣A-Za-z0-9]+(?:이)?요\s*\?+$/;
/** Verbs in the polite form end so; what else stands before 요 is a thing. */
const POLITE_VERB =
  /(?:[어아여해돼려와봐줘써커꺼셔져쳐겨켜펴혀려워러르까나네세데게지죠가걸든던]|에|예)요\s*\?+$/;

const QUESTION_WORD =
  /^(?:왜|어째서|언제|어디|어떻게|어떤|어느|얼마|얼마나|몇|며칠|무엇|무슨|뭐|뭘|누가|누구)(?:요|죠|예요|이에요|인가요|서|에|에서|로|까지|부터|쯤|든지|를|을|가|은|는|도|의|동안|한테|에게)?$/;
const COUNT = /^몇\s?\S{1,2}(?:까지|부터|이나|쯤)?$/;
const ADVERB =
  /^(?:다시|또|더|좀|바로|미리|꼭|직접|따로|혹시|정말|진짜|그냥|보통|대략|최대|최소|최대한|먼저|나중에|지금|이제|자세히|자세하게|구체적으로|간단히|예를|들면|들어|예시|계속|조금|많이|빨리|가장|제일|모두|전부|정도|한번|예|이유는|이유가|방법은|방법이)(?:요|도)?$/;
const PREDICATE =
  /(?:나요|까요|가요|은가|는가|니까|습니까|나|어요|아요|에요|예요|해요|돼요|려요|죠|지요|니|냐|줘|줘요|주세요|다|돼|해|하면|되면|려면|해야|되고|하고|해서|아서|어서|데요|세요|래요|을까|할까|될까|인데|거예요|건가요|수|있나요|없나요|들면|들어)$/;
/** Verbs that say what is done; with a question word they name what they are about. */
const LONGEST_PREDICATE = 4;

export function koreanLeaning(text: string): Leaning | undefined {
  const rest = withoutConnectives(text);
  if (pointsBack(rest)) return 'reference';
  if (isFragment(rest)) return 'ellipsis';
  return namesNothing(rest) ? 'continuation' : undefined;
}

function pointsBack(text: string): boolean {
  const found = DEMONSTRATIVE.exec(text) ?? DETERMINER.exec(text);
  return found !== null && !NAMED_BEFORE.test(text.slice(0, found.index + 1));
}

function isFragment(text: string): boolean {
  if (/^\S+$/.test(text) && BARE.test(text) && !POLITE_VERB.test(text))
    return !QUESTION_WORD.test(bare(text));
  if (!FRAGMENT.test(text) || VERB_LIKE.test(text)) return false;
  return !words(text).some((word) => QUESTION_WORD.test(word));
}

/** Only verbs, adverbs and question words: in Korean what is meant may be left out. */
function namesNothing(text: string): boolean {
  const all = words(text);
  if (all.length === 0 || all.length > LONGEST_PREDICATE) return false;
  return all.every(
    (word) => QUESTION_WORD.test(word) || COUNT.test(word) || ADVERB.test(word) || PREDICATE.test(word),
  );
}

function words(text: string): string[] {
  return text
    .split(/\s+/)
    .map(bare)
    .filter((word) => word !== '');
}

function bare(word: string): string {
  return word.replace(/[?.!,~]+$/u, '');
}

import type { QuestionType } from '../reading.js';

const ENGLISH: readonly (readonly [QuestionType, RegExp])[] = [
  [
    'how',
    /\b(?:best|good|easiest|fastest|quickest|right|better|effective|proper|correct|possible|other|cheapest|simplest|different|only) (?:\w+ ){0,2}(?:ways?|methods?)\b|\bways? (?:to|of|for|i|you|we)\b|\bhow to\b|\bsteps (?:to|for)\b|\bmethods? (?:to|of|for)\b|\bprocedure\b|\btips\b/,
  ],
  ['why', /\bwhy\b|\breasons?\b|\bwhat causes?\b|\bhow come\b/],
  [
    'how-many',
    /\bhow (?:many|much)\b|\bnumber of\b|\bwhat (?:is|are|was|s|'s)? ?(?:the )?(?:\w+ )?(?:cost|price|fee|salary|amount)\b/,
  ],
  ['how-long', /\bhow (?:long|often|old|far|fast|tall|big|large|high|deep)\b/],
  ['when', /\bwhen\b|\b(?:what|which) (?:time|date|day|year|month)\b/],
  ['where', /\bwhere\b|\b(?:what|which) (?:place|city|country|location)\b/],
  ['who', /\bwho(?:m|se)?\b/],
  ['how', /\bhow\b/],
  ['does', /\bwhat (?:do|does|did|can|will)\b.*\bdo\b/],
  ['what', /\bwhat\b|\bwhats\b|\bwhich\b/],
];

const YES_NO =
  /^(?:\W*)(?:is|are|am|was|were|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had|isn't|aren't|don't|doesn't|didn't|can't|won't|wouldn't|shouldn't)\b/;

/** Of several sentences the last that asks. */
export function englishQuestionType(text: string): QuestionType {
  const sentence = askingSentence(text.toLowerCase());
  const found = ENGLISH.find(([, pattern]) => pattern.test(sentence));
  const isPolite =
    /^\W*(?:can|could|would|will) (?:you|someone|anyone|somebody|anybody) (?:please |kindly )?(?:tell|explain|help|show|give|suggest|recommend|describe|provide|list|share|name|solve|advise|guide|walk|please|let)\b/.test(
      sentence,
    );
  if (YES_NO.test(sentence) && !isPolite) return /\b(?:ways?|methods?)\b/.test(sentence) ? 'how' : 'yes-no';
  return found?.[0] ?? 'open';
}

function askingSentence(text: string): string {
  const sentences = text.split(/(?<=[.?!])\s+/);
  return sentences.findLast((sentence) => sentence.includes('?')) ?? text;
}

const KOREAN: readonly (readonly [QuestionType, RegExp])[] = [
  ['why', /(?<![\p{L}])왜|이유|어째서|원인|무엇 때문|뭐 때문/u],
  ['when', /언제|몇\s?시(?!간)|몇\s?월|며칠|몇\s?일|시각|무슨\s?요일|날짜/u],
  ['where', /어디|어느\s?곳|장소|위치|어딨/u],
  ['who', /누구|누가|누군/u],
  ['how-many', /(?<![\p{L}])몇|얼마|개수|갯수|횟수|몇몇|수량/u],
  ['what', /어떻게\s?(?:되|돼|됩|된)/u],
  ['how', /어떻게|어떡|방법|어찌|절차/u],
  ['what', /무엇|뭐|뭘|뭔|무슨|어떤|어느/u],
];

const KOREAN_YES_NO = /(?:나요|까요?|니|냐|가요|는지|어요|죠|지|여부)\s*[?]?\s*$/u;

export function koreanQuestionType(text: string): QuestionType {
  const found = KOREAN.find(([, pattern]) => pattern.test(text));
  return found?.[0] ?? (KOREAN_YES_NO.test(text.trim()) ? 'yes-no' : 'open');
}

/** Whether one answer may serve both kinds of question. Korean leaves much of it open: 뭐 may ask for a place. */
export function mayBeSameType(a: QuestionType, b: QuestionType, isKorean: boolean): boolean {
  if (a === b) return true;
  const [one, other] = [a, b];
  if (!isKorean) return one === 'open' || other === 'open';
  if (isPair(one, other, 'how', 'open')) return false;
  const loose: readonly QuestionType[] = ['open', 'what'];
  return (
    loose.includes(one) ||
    loose.includes(other) ||
    isPair(one, other, 'how', 'how-many') ||
    isPair(one, other, 'how', 'when')
  );
}

function isPair(a: QuestionType, b: QuestionType, one: QuestionType, other: QuestionType): boolean {
  return (a === one && b === other) || (a === other && b === one);
}

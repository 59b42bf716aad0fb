/** What a message without a question is about. */
export type SmallTalk = 'greeting' | 'thanks' | 'farewell' | 'abilities';

const LONGEST_CHARACTERS = 40;

const PATTERNS: readonly (readonly [SmallTalk, RegExp])[] = [
  [
    'greeting',
    /^(hi+|hello|hey|hiya|howdy|yo|greetings|good (morning|afternoon|evening|day)|how are you|안녕|안녕하세요|안녕하십니까|하이|헬로|여보세요|반가워(요)?|반갑습니다|좋은 아침(이에요|입니다)?|잘 지내(요|시나요)?)( (there|narae|everyone|all|나래|여러분))?$/,
  ],
  [
    'thanks',
    /^((many )?thanks?( you)?( (so|very) much| a lot)?|thx|ty|cheers|great thanks|ok thanks|고마워(요)?|고맙습니다|감사(해요|합니다|드립니다)?|(정말 |너무 |대단히 )?(고마워요?|고맙습니다|감사합니다))$/,
  ],
  [
    'farewell',
    /^(bye( bye)?|goodbye|see you( later)?|good night|cya|잘 ?가(요)?|안녕히 (가세요|계세요)|수고하세요|수고하셨습니다|다음에 (봐요|또 봐요))$/,
  ],
  [
    'abilities',
    /^(help|who are you|what are you|what can you do|what do you do|how do you work|너는? 누구(야|니)|누구세요|당신은 누구(예요|세요|입니까|인가요)|(넌|너는|당신은)? ?(뭐|무엇을?) ?(할|해 줄) 수 있(어|어요|니|나요|습니까)|도와줘(요)?|도움말)$/,
  ],
];

/**
 * Recognises a message that is only a greeting, thanks, a farewell or a question about the assistant itself.
 * Looks at the whole message, so that "hello world in Python" stays a question.
 */
export function recogniseSmallTalk(text: string): SmallTalk | undefined {
  if (text.length > LONGEST_CHARACTERS) return undefined;
  const plain = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return PATTERNS.find(([, pattern]) => pattern.test(plain))?.[0];
}

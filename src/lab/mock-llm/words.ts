/** What the mock says. Each entry is one token; an answer repeats the text until it is long enough. */
const ENGLISH = tokensOf(
  'This is a test answer from the mock model; no language model ran for it. ' +
    'Every call with the same question gets these same words, at the pace that was asked for. ' +
    'Use it to try a client, to measure a server, or to see how both behave when an upstream fails. ',
);
const KOREAN = tokensOf(
  '이것은 모의 모델이 보내는 시험용 답변이며, 실제 언어 모델은 쓰지 않았습니다. ' +
    '같은 질문에는 늘 같은 말을 정해진 빠르기로 돌려줍니다. ' +
    '클라이언트를 시험하거나 서버의 속도를 재거나, 모델 서버가 고장 났을 때의 모습을 볼 때 쓰세요. ',
);

/** A citation comes after so many words. */
const WORDS_PER_CITATION = 10;

/** Most passages that are cited. */
const CITED_PASSAGES_LIMIT = 20;

/**
 * `count` tokens in the language of the question. With passages, `[1]`, `[2]` … are cited in turn, each in three
 * tokens, as real tokenizers cut them.
 */
export function answerTokens(count: number, language: 'ko' | 'en', passages: number): string[] {
  const words = language === 'ko' ? KOREAN : ENGLISH;
  const tokens: string[] = [];
  for (let word = 0, cited = 0; tokens.length < count; word++) {
    if (passages > 0 && word % WORDS_PER_CITATION === WORDS_PER_CITATION - 1)
      tokens.push('[', String((cited++ % passages) + 1), '] ');
    tokens.push(words[word % words.length] as string);
  }
  return tokens.slice(0, count);
}

/** By its last line, where the user's own words are: passages before them may be in any language. */
export function languageOf(question: string): 'ko' | 'en' {
  const lastLine = question.trimEnd().split('\n').at(-1) ?? '';
  return /[가-힣]/.test(lastLine.slice(-200)) ? 'ko' : 'en';
}

/** How many passages `[1]`, `[2]` … a question brings with it. */
export function countPassages(question: string): number {
  let count = 0;
  while (count < CITED_PASSAGES_LIMIT && question.includes(`[${count + 1}]`)) count++;
  return count;
}

function tokensOf(text: string): string[] {
  return text.match(/\S+\s/g) ?? [];
}

import type { SmallTalk } from '../../small-talk.js';
import type { FramingLanguage } from './language.js';

interface Phrases {
  readonly quoted: string;
  readonly nothing: string;
  readonly closest: string;
  readonly retrievalOff: string;
  readonly smallTalk: Readonly<Record<SmallTalk, string>>;
}

/** Everything that the provider says in its own words. */
export const PHRASES: Readonly<Record<FramingLanguage, Phrases>> = {
  en: {
    quoted: 'Quoted from the documents:',
    nothing: 'I found nothing in the documents that answers this question.',
    closest: 'The closest sections are:',
    retrievalOff:
      'No language model is configured, so I can only quote from the documents, and searching them was switched off for this request. Switch retrieval on, or choose another model.',
    smallTalk: {
      greeting: 'Hello! Ask me something about the documents, and I will quote the passages that answer it.',
      thanks: 'You are welcome. What else would you like to know about the documents?',
      farewell: 'Goodbye! The documents and I will be here.',
      abilities:
        'I look for answers in the documents and quote the passages that fit, with their sources. Ask in English or Korean, with the words that the documents use.',
    },
  },
  ko: {
    quoted: '문서에서 그대로 옮긴 내용입니다:',
    nothing: '이 질문에 답이 되는 내용을 문서에서 찾지 못했습니다.',
    closest: '가장 가까운 부분은 다음과 같습니다:',
    retrievalOff:
      '설정된 언어 모델이 없어 문서의 내용만 옮겨 드릴 수 있는데, 이 요청은 문서 검색을 끈 상태입니다. 검색을 켜거나 다른 모델을 골라 주세요.',
    smallTalk: {
      greeting: '안녕하세요! 문서에 대해 물어보시면 답이 되는 부분을 찾아 옮겨 드립니다.',
      thanks: '천만에요. 문서에 대해 더 궁금한 것이 있으신가요?',
      farewell: '안녕히 가세요! 언제든 다시 물어보세요.',
      abilities:
        '문서에서 답을 찾아 알맞은 부분을 출처와 함께 옮겨 드립니다. 한국어나 영어로, 문서에 쓰인 낱말로 물어보시면 잘 찾습니다.',
    },
  },
};

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMatches } from './matching.js';

function marked(question: string, text: string): string[] {
  return findMatches(question, text).map(({ start, end }) => text.slice(start, end));
}

describe('findMatches in Korean', () => {
  it.each([
    [
      '서버를 설치하려면 어떻게 하나요?',
      '서버의 설치 방법: 서버에서 설치합니다.',
      ['서버', '설치', '서버', '설치'],
    ],
    ['나래는 무엇인가요', '나래란 날개라는 뜻이다. 나래의 이름.', ['나래', '나래']],
    ['벡터검색은 빠른가요', '벡터 검색이 빠르다', ['벡터', '검색']],
    ['벡터 검색', '벡터검색', ['벡터검색']],
    ['키를 바꾸려면', '키를 저장한다. 키보드와 열쇠키는 아니다. 새 키.', ['키', '키']],
    ['가을을 좋아하는', '가을이 왔다. 가면 온다', ['가을']],
    ['회의 일정', '회사의 회의 일정', ['회의', '일정']],
    ['고양이는', '고양이가 고양시에서 잔다', ['고양이', '고양']],
    ['환불 기간은 며칠?', '환불은 14일 안에 됩니다', ['환불']],
  ])('%s', (question, text, expected) => {
    expect(marked(question, text)).toEqual(expected);
  });

  it('does not mark words that only ask', () => {
    expect(marked('어떻게 하나요?', '어떻게 하나요? 무엇이든 할 수 있습니다.')).toEqual([]);
  });
});

describe('findMatches in English', () => {
  it.each([
    [
      'How do I install it?',
      'Installing and installation: installed.',
      ['Installing', 'installation', 'installed'],
    ],
    ['which ports are used', 'Port 80. A portable report.', ['Port']],
    ['API key in api_key', 'The API_KEY and keys.', ['API', 'KEY', 'keys']],
    ['cache sizes', 'size of caches, caching', ['size', 'caches', 'caching']],
    ['HTTP 404 in v2', 'http returns 404, not 4040; v2', ['http', '404', 'v2']],
    ['FastAPI에서 CORS를 설정', 'CORS는 FastAPI 설정으로', ['CORS', 'FastAPI', '설정']],
  ])('%s', (question, text, expected) => {
    expect(marked(question, text)).toEqual(expected);
  });

  it('does not mark words that only ask', () => {
    expect(marked('what is the of and', 'what is the of and')).toEqual([]);
  });
});

it('gives sorted ranges inside the text, apart from each other, for any input', () => {
  const unit = fc.constantFrom('나', '래', '는', '서', '버', 'a', 'b', 's', ' ', '_', '1', 'İ', '😀');
  const anyText = fc.string({ unit, maxLength: 80 });
  fc.assert(
    fc.property(anyText, anyText, (question, text) => {
      let last = -1;
      for (const { start, end } of findMatches(question, text)) {
        expect(start).toBeGreaterThan(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }),
  );
});

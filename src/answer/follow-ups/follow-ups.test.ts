import { describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../llm/spec.js';
import { completeByRules } from './complete.js';
import { leaningOf } from './leaning.js';

/** Questions and answers in turn, the newest last. */
function before(...texts: readonly string[]): ChatMessage[] {
  return texts.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }));
}

/** What was said, the question, what must be searched for, and what must not. */
type Dialogue = readonly [said: readonly string[], question: string, wanted: RegExp[], unwanted?: RegExp];

const ENGLISH: readonly Dialogue[] = [
  [['How do I install it on macOS?'], 'And for Windows?', [/install/, /Windows/]],
  [['How do I install Narae on macOS?'], 'And on Windows?', [/install Narae on Windows/], /macOS/],
  [['How do I install Narae on macOS?'], 'What about on Linux?', [/install Narae on Linux/], /macOS/],
  [['How long does shipping take?'], 'What about refunds?', [/How long/, /refunds/]],
  [['How long does shipping take?'], 'How about to Germany?', [/shipping/, /Germany/]],
  [['How long is parental leave?'], 'Why?', [/parental leave/]],
  [['How long is parental leave?'], 'Why not?', [/parental leave/]],
  [['How long is parental leave?'], 'Tell me more', [/parental leave/]],
  [['How long is parental leave?'], 'Who approves it?', [/parental leave/, /approves/]],
  [['How long is parental leave?'], 'Can they refuse it?', [/parental leave/, /refuse/]],
  [['How long is parental leave?'], 'And sick leave?', [/How long/, /sick leave/]],
  [['How long is parental leave?'], 'Sick leave?', [/How long/, /sick leave/i]],
  [
    ['Which plan has single sign-on?', 'The Enterprise plan has it [1].'],
    'How much does it cost?',
    [/Enterprise plan/],
  ],
  [
    ['Which plan has single sign-on?', 'The Enterprise plan has it [1].'],
    'How much is that plan?',
    [/Enterprise plan/],
  ],
  [['How do I renew the VPN certificate?'], 'What happens if I don’t do that?', [/VPN certificate/]],
  [['How do I renew the VPN certificate?'], 'How often?', [/VPN certificate/]],
  [['How do I renew the VPN certificate?'], 'For example?', [/VPN certificate/]],
  [['How do I renew the VPN certificate?'], 'What else?', [/VPN certificate/]],
  [['Where is the Seoul office?'], 'What are its opening hours?', [/Seoul office/, /opening hours/]],
  [['Where is the Seoul office?'], 'How do I get there?', [/Seoul office/]],
  [['Do you sell bikes and scooters?'], 'Which one is cheaper?', [/bikes and scooters/]],
  [['Can I pay by card?'], 'By invoice?', [/pay by invoice/], /card/],
  [['How do I reset my password?'], 'Then what?', [/password/]],
  [
    ['How long is parental leave?', 'A year.', 'Why?', 'The law.'],
    'And for fathers?',
    [/parental leave/, /fathers/],
  ],
];

const KOREAN: readonly Dialogue[] = [
  [['배송은 며칠 걸리나요?'], '그럼 환불은요?', [/^환불은 며칠 걸리나요/], /배송/],
  [['연차는 며칠인가요?'], '육아휴직은요?', [/^육아휴직은 며칠인가요/], /연차/],
  [['연차는 며칠인가요?'], '그럼 계약직은?', [/계약직/, /며칠/]],
  [['VPN은 윈도우에서 어떻게 설치하나요?'], '맥에서는요?', [/^VPN은 맥에서/, /설치/], /윈도우/],
  [['VPN은 윈도우에서 어떻게 설치하나요?'], '그럼 리눅스에서는 어때요?', [/VPN/, /리눅스/]],
  [['주말에 배송되나요?'], '공휴일에도요?', [/공휴일에/, /배송/], /주말/],
  [['육아휴직은 며칠인가요?'], '왜요?', [/육아휴직/]],
  [['육아휴직은 며칠인가요?'], '왜 그런가요?', [/육아휴직/]],
  [['육아휴직은 어떻게 신청하나요?'], '언제까지 신청해야 하나요?', [/육아휴직/, /언제까지/]],
  [['육아휴직은 어떻게 신청하나요?'], '더 자세히 알려줘', [/육아휴직/]],
  [['육아휴직은 어떻게 신청하나요?'], '예를 들면요?', [/육아휴직/]],
  [['육아휴직은 어떻게 신청하나요?'], '누가 승인하나요?', [/육아휴직/, /승인/]],
  [['환불 규정이 뭐예요?'], '며칠 걸리나요?', [/환불/, /며칠/]],
  [['환불 규정이 뭐예요?'], '얼마예요?', [/환불/]],
  [['프로 요금제에 뭐가 있나요?'], '그건 얼마예요?', [/프로 요금제/]],
  [['프로 요금제에 뭐가 있나요?'], '그 요금제는 얼마예요?', [/프로 요금제/, /얼마/]],
  [
    ['어떤 요금제에 SSO가 있나요?', '엔터프라이즈 요금제에 있습니다 [1].'],
    '그거 얼마예요?',
    [/엔터프라이즈/],
  ],
  [['서울 사무실은 어디에 있나요?'], '거기 주차되나요?', [/서울 사무실/, /주차/]],
  [['서울 사무실은 어디에 있나요?'], '부산은?', [/^부산은 어디에 있나요/], /서울/],
  [['인증서는 언제 만료되나요?'], '이건 어떻게 갱신하나요?', [/인증서/, /갱신/]],
  [['인증서는 언제 만료되나요?'], '그때까지 갱신하지 않으면 어떻게 되나요?', [/인증서/]],
  [['카드로 결제할 수 있나요?'], '계좌이체도요?', [/계좌이체/, /결제/]],
  [['연차는 며칠인가요?', '15일입니다.', '왜요?', '법입니다.'], '그럼 병가는요?', [/병가/, /며칠/]],
  [['연차는 며칠인가요?'], '학생이면요?', [/학생/, /며칠/]],
];

describe('a question that leans on the one before', () => {
  for (const [said, question, wanted, unwanted] of [...ENGLISH, ...KOREAN]) {
    test(`${said[0]} ▸ ${question}`, () => {
      const query = completeByRules(question, before(...said));
      for (const pattern of wanted) expect(query).toMatch(pattern);
      if (unwanted) expect(query).not.toMatch(unwanted);
    });
  }
});

const ALONE = [
  'How do I renew the VPN certificate?',
  'Why is there a limit on that form?',
  'What is the refund policy?',
  'Is it possible to pay by card?',
  'How long does it take to get a refund?',
  'When can customers return a product if it is damaged?',
  'Do employees keep their laptops when they leave?',
  'How do I renew my certificate before it expires?',
  'What if I lose my key card?',
  'So how do I install Narae on a server without internet access?',
  'In which countries do you ship?',
  'refund policy',
  'Which model that supports tools is the cheapest?',
  'What is the difference between bikes and scooters?',
  '육아휴직은 며칠인가요?',
  '연차 신청은 어떻게 하나요?',
  '환불 규정이 뭐예요?',
  '그림 파일은 어떻게 올리나요?',
  '그룹 설정을 바꾸는 방법을 알려주세요',
  '이메일 주소를 바꾸려면 어떻게 해야 하나요?',
  '이번 달 급여일은 언제인가요?',
  '그럼 육아휴직을 신청하려면 어떤 서류가 필요한가요?',
  '신청서를 작성한 뒤 그것을 어디에 제출하나요?',
  '여권 갱신에는 며칠이 걸리나요?',
  '저장 공간은 얼마나 되나요?',
  '회사 차량을 쓸 수 있나요?',
];

test.each(ALONE)('a question that stands by itself is left alone: %s', (question) => {
  expect(leaningOf(question)).toBeUndefined();
  expect(completeByRules(question, before('연차는 며칠인가요?', '15일입니다.'))).toBe(question);
});

test('a question without one before it is searched for as it is', () => {
  expect(completeByRules('그럼 환불은요?', [])).toBe('그럼 환불은요?');
  expect(completeByRules('Why?', before(''))).toBe('Why?');
});

test('an earlier answer is whatever a client sends: its white space is read in linear time', () => {
  const said = before('Which plan has single sign-on?', `${' '.repeat(300_000)}The plan has it [1].`);
  expect(completeByRules('How much does it cost?', said)).toContain('The plan has it.');
});

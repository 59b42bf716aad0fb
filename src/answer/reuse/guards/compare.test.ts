import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nastyText } from '../../../../test/support/nasty-text.js';
import type { GuardName } from '../spec.js';
import { compareQuestions } from './compare.js';

const DIFFER: readonly (readonly [GuardName, string, string])[] = [
  // Opposites
  ['polarity', 'How do I enable 2FA?', 'How do I disable 2FA?'],
  ['polarity', 'How do I turn on notifications?', 'How do I turn notifications off?'],
  ['polarity', 'Why was I logged in automatically?', 'Why was I logged out automatically?'],
  ['polarity', 'Can I export contacts?', 'Can I import contacts?'],
  ['polarity', 'Can I cancel before the renewal?', 'Can I cancel after the renewal?'],
  ['polarity', 'How do I add a user to the team?', 'How do I remove a user from the team?'],
  ['polarity', 'How do I allow pop-ups?', 'How do I block pop-ups?'],
  ['polarity', 'How can I increase the storage quota?', 'How can I reduce the storage quota?'],
  ['polarity', '이중 인증 켜는 법', '이중 인증 끄는 법'],
  ['polarity', '알림을 활성화하려면 어떻게 하나요?', '알림을 비활성화하려면 어떻게 하나요?'],
  ['polarity', '결제 수단을 추가하고 싶어요', '결제 수단을 삭제하고 싶어요'],
  ['polarity', '갱신 이전에 해지하면 환불되나요?', '갱신 이후에 해지하면 환불되나요?'],
  ['polarity', '10명 이상이면 할인되나요?', '10명 이하면 할인되나요?'],
  ['polarity', '외부 접속을 허용하는 방법', '외부 접속을 차단하는 방법'],
  ['polarity', '왜 자동으로 로그인되나요?', '왜 자동으로 로그아웃되나요?'],
  ['polarity', '구독을 시작하려면?', '구독을 중지하려면?'],
  // Numbers, amounts, dates, versions
  ['number', 'What does the plan for 3 users cost?', 'What does the plan for 5 users cost?'],
  ['number', 'Can two people share one licence?', 'Can three people share one licence?'],
  ['number', 'Where is the first invoice?', 'Where is the third invoice?'],
  ['number', '사용자 3명 요금이 얼마인가요?', '사용자 다섯 명 요금이 얼마인가요?'],
  ['unit', 'Can I get a refund within 7 days?', 'Can I get a refund within 14 days?'],
  ['unit', 'Is the limit 5 MB?', 'Is the limit 5 GB?'],
  ['unit', 'Does it cost $20?', 'Does it cost €20?'],
  ['unit', '7일 안에 환불되나요?', '14일 안에 환불되나요?'],
  ['unit', '요금이 3만원인가요?', '요금이 삼십만 원인가요?'],
  ['date', 'Is support open on Monday?', 'Is support open on Sunday?'],
  ['date', 'Was there an outage on Nov 3 2025?', 'Was there an outage on Nov 4 2025?'],
  ['date', '11월 3일에 점검이 있나요?', '11월 13일에 점검이 있나요?'],
  ['date', '오늘 상담 되나요?', '내일 상담 되나요?'],
  ['version', 'How do I upgrade to version 2.1?', 'How do I upgrade to version 2.2?'],
  // Names and identifiers
  ['name', 'How do I install the app on Android?', 'How do I install the app on Windows?'],
  ['name', 'VPN을 켜는 방법', 'SSO를 켜는 방법'],
  ['name', 'What does error E1042 mean?', 'What does error E1043 mean?'],
  ['name', 'Who reads mail to sales@example.com?', 'Who reads mail to help@example.com?'],
  ['name', 'What is stored in /var/lib/data?', 'What is stored in /var/log/data?'],
  ['name', 'How do I connect Slack to Jira?', 'How do I connect Slack to Asana?'],
  ['name', 'SM-G991 배터리 교체 비용은?', 'SM-G998 배터리 교체 비용은?'],
  ['content', '아이폰에서 앱 설치하는 법', '안드로이드에서 앱 설치하는 법'],
  ['content', 'How do I change my password?', 'How do I change my username?'],
  ['content', '청구서 주소를 바꾸고 싶어요', '배송지를 바꾸고 싶어요'],
  // Negation
  ['negation', 'Why does sync work?', "Why doesn't sync work?"],
  ['negation', 'Can I pay with a card?', 'Can I pay without a card?'],
  ['negation', '왜 동기화가 되나요?', '왜 동기화가 안 되나요?'],
  ['negation', '비밀번호 없이 로그인할 수 있나요?', '비밀번호로 로그인할 수 있나요?'],
  ['negation', '자동 결제 되는 상품', '자동 결제 되지 않는 상품'],
  // Who does what to whom
  ['direction', 'Is Basic cheaper than Pro?', 'Is Pro cheaper than Basic?'],
  ['direction', 'How do I migrate from Slack to Teams?', 'How do I migrate from Teams to Slack?'],
  ['direction', '서울에서 부산으로 보내는 요금', '부산에서 서울로 보내는 요금'],
  ['direction', '관리자가 직원을 초대하는 방법', '직원이 관리자를 초대하는 방법'],
  ['direction', '베이직이 프로보다 빠른가요?', '프로가 베이직보다 빠른가요?'],
  ['direction', '우산 말고 비옷을 챙겨줘', '비옷 말고 우산을 챙겨줘'],
  // What is asked
  ['question-type', 'When does the trial end?', 'Why does the trial end?'],
  ['question-type', 'Where is my invoice?', 'When is my invoice?'],
  ['question-type', '체험 기간은 언제 끝나나요?', '체험 기간은 왜 끝나나요?'],
  ['question-type', '에어컨 켜줘', '에어컨 어떻게 켜?'],
  // How far it reaches
  ['scope', 'Can I share the folder?', 'Must I share the folder?'],
  ['scope', 'Can admins invite guests?', 'Can only admins invite guests?'],
  ['scope', '모든 파일을 복구하려면?', '일부 파일을 복구하려면?'],
  ['scope', 'How do I fix this error in Excel?', 'How can I fix this error in Excel?'],
];

const AGREE: readonly (readonly [string, string])[] = [
  ['VPN을 켜는 방법을 알려 주세요', 'VPN 켜는 방법 알려줘'],
  ['How do I reset my password?', 'How can I reset my password?'],
  ['What is the refund period for annual plans?', "What's the refund period for an annual plan?"],
  ['Can I get a refund within two weeks?', 'Can I get a refund within 14 days?'],
  ['Was there an outage on Nov 3 2025?', 'Was there an outage on 2025-11-03?'],
  ['How do I install the Android app?', 'How can I install the android app?'],
  ['How do I delete my account?', 'How can I remove my account?'],
  ['비밀번호를 재설정하려면 어떻게 하나요?', '비밀번호 재설정 방법 알려주세요'],
  ['환불은 2주 안에 되나요?', '환불은 14일 안에 되나요?'],
  ['11월 3일 점검 시간 알려줘', '11월 3일의 점검 시간은?'],
  ['사용자 3명 요금제 알려줘', '사용자 세 명 요금제 알려주세요'],
  ['요금이 3만 5천원인가요?', '요금이 35,000원인가요?'],
  ['지난주 회사 메일은 몇 통 왔어?', '지난주에 회사 메일이 몇개 왔어?'],
  ['음악 볼륨 어떻게 바꿔?', '음악볼륨은 어떻게 조정하나요?'],
  ['사진을 지우고 싶어요', '사진 삭제하고 싶습니다'],
];

describe('compareQuestions', () => {
  test.each(DIFFER)('%s: %s | %s', (guard, a, b) => {
    expect(compareQuestions(a, b)).toMatchObject({ kind: 'differ', guard });
  });

  test.each(AGREE)('agree: %s | %s', (a, b) => {
    expect(compareQuestions(a, b)).toMatchObject({ kind: 'agree' });
  });

  test('long questions are alike only when they are equal', () => {
    const log = 'How do I read the log? '.repeat(50);
    expect(compareQuestions(log, `${log} `)).toEqual({ kind: 'agree', likeness: 1 });
    expect(compareQuestions(`${log}a`, `${log}b`)).toMatchObject({ kind: 'differ', guard: 'content' });
  });

  test('says what the sides have', () => {
    expect(compareQuestions('Refund within 7 days?', 'Refund within 14 days?')).toEqual({
      kind: 'differ',
      guard: 'unit',
      left: '7 day',
      right: '14 day',
    });
  });
});

const SENTENCES = [...DIFFER.flatMap(([, a, b]) => [a, b]), ...AGREE.flat()];
const sentence = fc.oneof(fc.constantFrom(...SENTENCES), nastyText(80));

describe('for any two texts', () => {
  test('the order of the sides does not matter', () => {
    fc.assert(
      fc.property(sentence, sentence, (a, b) => {
        const [one, other] = [compareQuestions(a, b), compareQuestions(b, a)];
        expect(other.kind).toBe(one.kind);
        if (one.kind === 'agree' && other.kind === 'agree')
          expect(other.likeness).toBeCloseTo(one.likeness, 10);
        if (one.kind === 'differ' && other.kind === 'differ') expect(other.guard).toBe(one.guard);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a text agrees with itself, fully', () => {
    fc.assert(
      fc.property(sentence, (text) => {
        expect(compareQuestions(text, text)).toEqual({ kind: 'agree', likeness: 1 });
      }),
    );
  });

  test('one more "not" always makes a difference, likeness stays within 0 to 1', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SENTENCES), fc.nat(20), (text, at) => {
        const words = text.split(' ');
        const denial = /\p{Script=Hangul}/u.test(text) ? '안' : 'not';
        const denied = words.toSpliced(at % (words.length + 1), 0, denial).join(' ');
        expect(compareQuestions(text, denied).kind).toBe('differ');
      }),
    );
  });

  test('likeness is a share', () => {
    fc.assert(
      fc.property(sentence, sentence, (a, b) => {
        const verdict = compareQuestions(a, b);
        if (verdict.kind !== 'agree') return;
        expect(verdict.likeness).toBeGreaterThanOrEqual(0);
        expect(verdict.likeness).toBeLessThanOrEqual(1);
      }),
    );
  });
});

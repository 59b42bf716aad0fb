import { describe, expect, test } from 'vitest';
import { decideReuse } from './decide.js';
import { evidenceOf, isSameEvidence } from './evidence.js';
import { defaultReuseOptions } from './options.js';
import type { Evidence, ReuseCandidate } from './spec.js';

const EVIDENCE: Evidence = { passages: ['1@a', '2@b', '3@c'] };
const QUESTION = '비밀번호를 재설정하려면 어떻게 하나요?';

function candidate(changes: Partial<ReuseCandidate> = {}): ReuseCandidate {
  return {
    question: '비밀번호 재설정 방법 알려주세요',
    evidence: EVIDENCE,
    answerId: 'answer',
    similarity: 0.8,
    ...changes,
  };
}

function decide(...candidates: readonly ReuseCandidate[]) {
  return decideReuse({ question: QUESTION, evidence: EVIDENCE }, candidates, defaultReuseOptions);
}

describe('decideReuse', () => {
  test('reuses what is near, rests on the same evidence and means the same', () => {
    expect(decide(candidate())).toMatchObject({ kind: 'reuse', candidate: { answerId: 'answer' } });
  });

  test.each([
    ['no-candidate', []],
    ['below-threshold', [candidate({ similarity: 0.3 })]],
    ['evidence-differs', [candidate({ evidence: { passages: ['1@a', '2@B', '3@c'] } })]],
    ['guard:negation', [candidate({ question: '비밀번호 재설정이 안 되는데 어떻게 하나요?' })]],
    ['guard:polarity', [candidate({ question: '비밀번호 재설정 삭제 방법' })]],
    ['guard:content', [candidate({ question: '청구서 재설정 방법 알려주세요' })]],
  ] as const)('a miss says %s', (reason, candidates) => {
    const question = reason === 'guard:polarity' ? '비밀번호 재설정 추가 방법' : QUESTION;
    expect(decideReuse({ question, evidence: EVIDENCE }, candidates, defaultReuseOptions)).toMatchObject({
      kind: 'miss',
      reason,
    });
  });

  test('goes on to the next candidate, and tells of the nearest when none will do', () => {
    const near = candidate({
      question: '비밀번호 재설정 방법 아님',
      similarity: 0.9,
      evidence: { passages: [] },
    });
    expect(decide(near, candidate())).toMatchObject({ kind: 'reuse' });
    expect(decide(near, candidate({ similarity: 0.1 }))).toMatchObject({
      reason: 'evidence-differs',
      nearest: { similarity: 0.9 },
    });
  });

  test('English asks for more likeness than Korean', () => {
    const options = { ...defaultReuseOptions, minLikeness: { korean: 0, other: 1 } };
    const english = { question: 'How do I reset my password?', evidence: EVIDENCE };
    const kept = candidate({ question: 'How can I reset my password?' });
    expect(decideReuse(english, [kept], options)).toMatchObject({ reason: 'guard:content' });
    expect(decideReuse({ question: QUESTION, evidence: EVIDENCE }, [candidate()], options).kind).toBe(
      'reuse',
    );
  });
});

describe('evidence', () => {
  const passages = [
    { id: '1', hash: 'a' },
    { id: '2', hash: 'b' },
  ];

  test('is the same in any order, and another with another text', () => {
    const [one, turned] = [evidenceOf(passages), evidenceOf(passages.toReversed())];
    expect(isSameEvidence(one, turned, { kind: 'same-set' })).toBe(true);
    const edited = evidenceOf([passages[0]!, { id: '2', hash: 'B' }]);
    expect(isSameEvidence(one, edited, { kind: 'same-set' })).toBe(false);
    expect(isSameEvidence(one, evidenceOf(passages.slice(1)), { kind: 'same-set' })).toBe(false);
  });

  test('by its leading passages: those agree, and what was cited is still there', () => {
    const rule = { kind: 'leading', count: 1 } as const;
    const kept = { passages: ['1@a', '2@b', '3@c'], cited: ['2@b'] };
    expect(isSameEvidence({ passages: ['1@a', '9@z', '2@b'] }, kept, rule)).toBe(true);
    expect(isSameEvidence({ passages: ['9@z', '1@a', '2@b'] }, kept, rule)).toBe(false);
    expect(isSameEvidence({ passages: ['1@a', '3@c'] }, kept, rule)).toBe(false);
  });

  test('knows what was cited', () => {
    expect(evidenceOf(passages, new Set(['2']))).toEqual({ passages: ['1@a', '2@b'], cited: ['2@b'] });
  });
});

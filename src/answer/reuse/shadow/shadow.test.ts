import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareAnswers } from './compare-answers.js';
import { ShadowSampler } from './sampler.js';
import { wilsonInterval } from './wilson.js';

describe('wilsonInterval', () => {
  test.each([
    [0, 0, 0, 1],
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [1, 100, 0.0018, 0.0545],
  ])('%i of %i', (count, trials, low, high) => {
    const interval = wilsonInterval(count, trials);
    expect(interval.low).toBeCloseTo(low, 3);
    expect(interval.high).toBeCloseTo(high, 3);
  });

  test('holds the share, within 0 to 1', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (count, others) => {
        const { low, high } = wilsonInterval(count, count + others);
        const share = count / Math.max(1, count + others);
        expect(0 <= low && low <= share && share <= high && high <= 1).toBe(true);
      }),
    );
  });
});

describe('compareAnswers', () => {
  test.each([
    ['Refunds take 7 days [1].', 'A refund takes 7 days [2].'],
    ['환불은 7일 안에 처리됩니다 [1].', '환불 처리는 일주일 안에 됩니다.'],
    ['', ''],
  ])('same: %s | %s', (a, b) => {
    expect(compareAnswers(a, b).kind).toBe('same');
  });

  test.each([
    ['Refunds take 7 days.', 'Refunds take 14 days.'],
    ['Turn it on in the settings.', 'Turn it off in the settings.'],
    ['환불은 7일 안에 처리됩니다.', '환불은 14일 안에 처리됩니다.'],
    ['Open the billing page and press cancel.', 'Ask your administrator for another seat.'],
    ['Something.', ''],
  ])('different: %s | %s', (a, b) => {
    expect(compareAnswers(a, b).kind).toBe('different');
    expect(compareAnswers(b, a).kind).toBe('different');
  });
});

describe('ShadowSampler', () => {
  const trial = { asked: 'asked', kept: 'kept', reusedAnswer: 'In 7 days.', freshAnswer: 'In 7 days.' };
  const wrong = { ...trial, freshAnswer: 'In 14 days.' };

  test('samples its share of hits', () => {
    let draw = 0;
    const sampler = new ShadowSampler({ sampleRate: 0.25 }, () => (draw++ % 4) / 4);
    expect(Array.from({ length: 8 }, () => sampler.isSampled()).filter(Boolean)).toHaveLength(2);
    expect(sampler.report()).toMatchObject({ hits: 8, compared: 0, interval: { low: 0, high: 1 } });
    expect(sampler.report().falseHitRate).toBeUndefined();
  });

  test('gives the rate of the last outcomes with its interval, and examples', () => {
    const sampler = new ShadowSampler({ window: 4 });
    for (const each of [wrong, wrong, trial, trial, trial, wrong]) sampler.record(each);
    const report = sampler.report();
    expect(report).toMatchObject({ compared: 6, falseHits: 1, falseHitRate: 0.25 });
    expect(report.interval).toEqual(wilsonInterval(1, 4));
    expect(report.examples.at(-1)).toEqual({ asked: 'asked', kept: 'kept', why: 'unit: 7 day / 14 day' });
  });

  test('keeps a bounded number of examples', () => {
    const sampler = new ShadowSampler();
    for (let at = 0; at < 100; at++) sampler.record({ ...wrong, asked: String(at) });
    expect(sampler.report().examples.map(({ asked }) => asked)).toEqual(
      Array.from({ length: 20 }, (_, at) => String(80 + at)),
    );
  });
});

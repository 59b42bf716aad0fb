import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LlmPart, LlmRequest } from '../../spec.js';
import { estimateTokens } from '../../tokens.js';
import type { EarlyStopOptions } from '../options.js';
import { hasRules, stopEarly } from './index.js';

const REQUEST: LlmRequest = {
  model: 'm',
  messages: [{ role: 'user', content: '질문 question' }],
  question: 'question',
  passages: [],
  retrieval: 'off',
  parameters: {},
};

const END: LlmPart[] = [
  { type: 'usage', usage: { inputTokens: 1, outputTokens: 2, estimated: false } },
  { type: 'finish', reason: 'stop' },
];

/** An upstream that tells how much was read of it and whether it was left. */
class Upstream {
  read = 0;
  left = false;

  constructor(readonly batches: readonly (readonly LlmPart[])[]) {}

  async *parts(): AsyncGenerator<readonly LlmPart[]> {
    try {
      for (const batch of this.batches) {
        this.read++;
        yield batch;
      }
    } finally {
      this.left = true;
    }
  }
}

const text = (value: string): LlmPart => ({ type: 'text-delta', text: value });

async function stopped(pieces: readonly string[], rules: EarlyStopOptions) {
  const upstream = new Upstream([...pieces.map((piece) => [text(piece)]), END]);
  const fired: string[] = [];
  const parts: LlmPart[] = [];
  for await (const batch of stopEarly(upstream.parts(), { rules, request: REQUEST }, (rule) =>
    fired.push(rule),
  ))
    parts.push(...batch);
  const said = parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
  const usage = parts.findLast((part) => part.type === 'usage');
  return { said, fired, usage: usage?.usage, last: parts.at(-1), parts, upstream };
}

/** The same text, cut anywhere. */
const cutUp = (whole: string): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.nat(whole.length), { maxLength: 12 }).map((places) => {
    const bounds = [0, ...places.sort((a, b) => a - b), whole.length];
    return bounds.slice(1).map((end, index) => whole.slice(bounds[index], end));
  });

const GUIDE =
  'See e.g. chapter 3.14 of the guide [1]. It says 14 days. [2] "Really?" Yes.\n\n1. First. 2) second\n' +
  '환불은 14일 안에 됩니다[3]. 그 뒤에는 안 됩니다. 문의하세요!\n```\na. B. c\n```\nDone. 끝났다.그리고 더.';

describe('where an answer ends', () => {
  it.each([
    [0, 'See e.g. chapter 3.14 of the guide [1].'],
    [40, 'See e.g. chapter 3.14 of the guide [1]. It says 14 days. [2]'],
    [61, 'See e.g. chapter 3.14 of the guide [1]. It says 14 days. [2] "Really?"'],
    [77, GUIDE.slice(0, GUIDE.indexOf(' 2) second'))],
    [95, GUIDE.slice(0, GUIDE.indexOf(' 그 뒤에는'))],
    [125, GUIDE.slice(0, GUIDE.indexOf(' 문의하세요'))],
    [145, GUIDE.slice(0, GUIDE.indexOf(' 끝났다'))],
    [158, GUIDE.slice(0, GUIDE.indexOf('그리고'))],
  ])('after %i characters, at the end of the sentence', async (sentenceEndAfterCharacters, expected) => {
    const { said, fired, last, upstream } = await stopped([GUIDE], { sentenceEndAfterCharacters });
    expect(said).toBe(expected);
    expect(fired).toEqual(['sentence']);
    expect(last).toEqual({ type: 'finish', reason: 'stop' });
    expect(upstream.left).toBe(true);
  });

  it('depends on the text only, not on how it was cut', async () => {
    const rules: fc.Arbitrary<EarlyStopOptions> = fc.record(
      {
        maxCharacters: fc.integer({ min: 1, max: 200 }),
        maxTokens: fc.integer({ min: 1, max: 80 }),
        sentenceEndAfterCharacters: fc.nat(200),
        stopTexts: fc.array(fc.constantFrom('14', 'day', 'days.', '그 뒤', '니다.', 'zzz', ' 2', '.\n\n1'), {
          minLength: 1,
          maxLength: 3,
        }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(rules, cutUp(GUIDE), async (options, pieces) => {
        const whole = await stopped([GUIDE], options);
        const cut = await stopped(pieces, options);
        expect([cut.said, cut.fired, cut.last]).toEqual([whole.said, whole.fired, whole.last]);
        expect(GUIDE.startsWith(cut.said)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('is before the first stop text that is complete, of which nothing leaves', async () => {
    const pieces = ['abc X', 'Y', 'Z def'];
    expect((await stopped(pieces, { stopTexts: ['XYZ'] })).said).toBe('abc ');
    expect((await stopped(pieces, { stopTexts: ['XYZ', 'Y'] })).said).toBe('abc X');
    expect((await stopped(['abc XY'], { stopTexts: ['XYZ'] })).said).toBe('abc XY');
  });

  it('has the same reason when two rules end it at the same place, however it was cut', async () => {
    const rules = { maxCharacters: 4, stopTexts: ['XYZ'] };
    for (const pieces of [['abc XYZ'], ['abc X', 'YZ'], ['abc ', 'X', 'Y', 'Z']]) {
      const { said, fired } = await stopped(pieces, rules);
      expect([said, fired]).toEqual(['abc ', ['stop-text']]);
    }
    expect((await stopped(['abc X', 'YW'], rules)).fired).toEqual(['characters']);
  });

  it('is within the length, whole characters only, with reason length', async () => {
    const { said, last } = await stopped(['가나', '다😀라'], { maxCharacters: 4 });
    expect([said, last]).toEqual(['가나다', { type: 'finish', reason: 'length' }]);
    const words = await stopped([GUIDE], { maxTokens: 20 });
    expect(estimateTokens(words.said)).toBeLessThanOrEqual(20);
    expect(estimateTokens(GUIDE.slice(0, words.said.length + 1))).toBeGreaterThan(20);
  });

  it('is left to the model when its text just fits', async () => {
    const { said, fired, last, usage } = await stopped(['abcd'], { maxCharacters: 4 });
    expect([said, fired, last]).toEqual(['abcd', [], END[1]]);
    expect(usage).toEqual({ inputTokens: 1, outputTokens: 2, estimated: false });
  });
});

describe('an answer that a rule ended', () => {
  it('cancels the upstream, reads no further, and counts what was read', async () => {
    const pieces = Array.from({ length: 50 }, (_, index) => `word${index} `);
    const { upstream, usage } = await stopped(pieces, { maxCharacters: 30 });
    expect(upstream.read).toBe(6);
    expect(upstream.left).toBe(true);
    const expected = estimateTokens(pieces.slice(0, 6).join(''));
    expect(usage).toMatchObject({ outputTokens: expected, estimated: true });
    expect(usage?.inputTokens).toBeGreaterThan(4);
  });

  it('keeps the usage that the upstream had already reported', async () => {
    const upstream = new Upstream([[text('abcdef'), ...END]]);
    const batches: (readonly LlmPart[])[] = [];
    const rules = { maxCharacters: 3 };
    for await (const batch of stopEarly(upstream.parts(), { rules, request: REQUEST }, () => {}))
      batches.push(batch);
    expect(batches).toEqual([[text('abc'), END[0], { type: 'finish', reason: 'length' }]]);
  });

  it('lets reasoning and tool calls pass, and text that was held back comes before them', async () => {
    const call: LlmPart = { type: 'tool-call-delta', index: 0, id: 'c', name: 'f', argumentsDelta: '{}' };
    const reasoning: LlmPart = { type: 'reasoning-delta', text: 'hm XYZ' };
    const upstream = new Upstream([[reasoning], [text('ab XY')], [call], END]);
    const parts: LlmPart[] = [];
    const rules = { stopTexts: ['XYZ'] };
    for await (const batch of stopEarly(upstream.parts(), { rules, request: REQUEST }, () => {}))
      parts.push(...batch);
    expect(parts).toEqual([reasoning, text('ab '), text('XY'), call, ...END]);
  });

  it('leaves the upstream when its reader leaves, and passes failures on', async () => {
    const upstream = new Upstream([[text('a')], [text('b')], END]);
    const rules = { maxCharacters: 100 };
    for await (const _ of stopEarly(upstream.parts(), { rules, request: REQUEST }, () => {})) break;
    expect(upstream.left).toBe(true);
    async function* broken(): AsyncGenerator<readonly LlmPart[]> {
      yield [text('a')];
      throw new Error('cut');
    }
    const read = async (): Promise<void> => {
      for await (const _ of stopEarly(broken(), { rules, request: REQUEST }, () => {}));
    };
    await expect(read()).rejects.toThrow('cut');
  });

  it('needs a rule', () => {
    expect(hasRules({})).toBe(false);
    expect(hasRules({ stopTexts: [] })).toBe(false);
    expect(hasRules({ sentenceEndAfterCharacters: 0 })).toBe(true);
  });
});

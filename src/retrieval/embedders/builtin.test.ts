import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nastyText } from '../../../test/support/nasty-text.js';
import { BuiltinEmbedder } from './builtin.js';

const embedder = new BuiltinEmbedder();

async function vectorOf(text: string, purpose: 'query' | 'document' = 'document'): Promise<Float32Array> {
  return (await embedder.embed([text], purpose))[0]!;
}

async function cosine(question: string, passage: string): Promise<number> {
  const [a, b] = [await vectorOf(question, 'query'), await vectorOf(passage)];
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}

describe('built-in embedder', () => {
  test('gives each text a vector of length 1, or zeros when it has no letters or digits', async () => {
    await fc.assert(
      fc.asyncProperty(nastyText(300), async (text) => {
        const vector = await vectorOf(text);
        const length = Math.hypot(...vector);
        expect(vector.length).toBe(embedder.dimensions);
        if (/[\p{L}\p{N}]/u.test(text)) expect(length).toBeCloseTo(1, 5);
        else expect(length === 0 || Math.abs(length - 1) < 1e-5).toBe(true);
      }),
    );
    expect((await vectorOf(' ?! ')).every((value) => value === 0)).toBe(true);
  });

  test('is the same for the same text, whatever was embedded before', async () => {
    const before = await vectorOf('나래는 answers를 스트리밍한다');
    await embedder.embed(['something else '.repeat(5_000), '다른 글'], 'document');
    expect(await vectorOf('나래는 answers를 스트리밍한다')).toEqual(before);
  });

  test('its values never change without a new id', async () => {
    const vector = await vectorOf('Narae answers questions. 나래가 답한다.');
    const digest = vector.reduce((sum, value, at) => sum + value * (at + 1), 0);
    expect(embedder.id).toBe('builtin-1');
    expect(digest).toBeCloseTo(EXPECTED_DIGEST, 3);
  });

  test('inflections and misspelt words are near, in both languages', async () => {
    expect(await cosine('configuration', 'reconfigured')).toBeGreaterThan(
      await cosine('configuration', 'banana'),
    );
    expect(await cosine('recieve messages', 'receive message')).toBeGreaterThan(0.2);
    expect(await cosine('서버가 답변을', '답변하는 서버')).toBeGreaterThan(0.9);
    expect(await cosine('서버가 답변을', '바다에 비가')).toBeLessThan(0.3);
  });

  test('embeds in order and stops when aborted', async () => {
    const [first, second] = await embedder.embed(['하나', 'two'], 'query');
    expect(first).toEqual(await vectorOf('하나', 'query'));
    expect(second).toEqual(await vectorOf('two', 'query'));
    await expect(embedder.embed(['x'], 'query', AbortSignal.abort())).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});

/** Places times values of the vector above: moves with any change of features, hashing or weights. */
const EXPECTED_DIGEST = 673.717_28;

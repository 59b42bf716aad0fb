import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReuseIndex } from './reuse-index.js';
import type { KeptQuestion } from './spec.js';

const DIMENSIONS = 9;

const vector = fc
  .array(fc.integer({ min: -4, max: 4 }), { minLength: DIMENSIONS, maxLength: DIMENSIONS })
  .map((values) => unit(values));
const scope = fc.constantFrom('a', 'b');
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), scope, id: fc.nat(12), vector }),
  fc.record({ kind: fc.constant('forget' as const), scope, id: fc.nat(12) }),
);

describe('ReuseIndex', () => {
  test('finds what an exhaustive search over what was kept finds, in its scope only', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), scope, vector, fc.integer({ min: 1, max: 5 }), run),
    );

    function run(steps: readonly Step[], asked: string, query: Float32Array, limit: number): void {
      const index = new ReuseIndex();
      const model = new Map<string, Float32Array>();
      for (const step of steps) {
        const id = `${step.scope}${step.id}`;
        if (step.kind === 'add') {
          index.add(step.scope, kept(id, step.vector));
          model.set(id, step.vector);
        } else expect(index.forget(step.scope, id)).toBe(model.delete(id));
      }
      expect(index.size).toBe(model.size);
      const expected = [...model]
        .filter(([id]) => id.startsWith(asked))
        .map(([, each]) => dot(each, query))
        .sort((x, y) => y - x)
        .slice(0, limit);
      const found = index.candidates(asked, query, limit);
      expect(found).toHaveLength(expected.length);
      found.forEach(({ similarity, answerId }, at) => {
        expect(similarity).toBeCloseTo(expected[at]!, 5);
        expect(similarity).toBeCloseTo(dot(model.get(answerId)!, query), 5);
      });
    }
  });

  test('keeps within its entries; what was touched stays', () => {
    const index = new ReuseIndex({ maxEntries: 3 });
    for (const id of ['1', '2', '3']) index.add('a', kept(id, unit([1])));
    index.touch('a', '1');
    index.add('b', kept('4', unit([1])));
    expect(ids(index, 'a').sort()).toEqual(['1', '3']);
    expect(ids(index, 'b')).toEqual(['4']);
  });

  test('keeps within its bytes and within the components of a scope', () => {
    const small = new ReuseIndex({ limitBytes: 10_000 });
    for (let id = 0; id < 200; id++) small.add('a', kept(String(id), unit([1])));
    expect(small.bytes).toBeLessThanOrEqual(10_000);
    expect(small.size).toBeGreaterThan(5);
    const narrow = new ReuseIndex({ maxScopeComponents: 2 * DIMENSIONS });
    for (const id of ['1', '2', '3']) narrow.add('a', kept(id, unit([1])));
    expect(ids(narrow, 'a').sort()).toEqual(['2', '3']);
    narrow.forgetScopes('a');
    expect([narrow.size, narrow.bytes]).toEqual([0, 0]);
  });

  test('vectors of another length are neither kept nor compared', () => {
    const index = new ReuseIndex();
    index.add('a', kept('1', unit([1])));
    index.add('a', kept('2', new Float32Array(3)));
    expect(index.size).toBe(1);
    expect(index.candidates('a', new Float32Array(3), 5)).toEqual([]);
  });
});

type Step =
  | { readonly kind: 'add'; readonly scope: string; readonly id: number; readonly vector: Float32Array }
  | { readonly kind: 'forget'; readonly scope: string; readonly id: number };

function kept(answerId: string, vector: Float32Array): KeptQuestion {
  return { question: `question ${answerId}`, vector, evidence: { passages: [] }, answerId };
}

function ids(index: ReuseIndex, scope: string): string[] {
  return index.candidates(scope, unit([1]), 10).map(({ answerId }) => answerId);
}

function unit(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values) || 1;
  return Float32Array.from({ length: DIMENSIONS }, (_, at) => (values[at] ?? 0) / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}

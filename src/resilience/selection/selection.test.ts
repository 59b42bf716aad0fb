import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, LatencyAware, LeastInFlight, RoundRobin, Weighted } from './index.js';

interface Member extends Candidate {
  readonly name: string;
  inFlight: number;
}

function member(name: string, changes: Partial<Candidate> = {}): Member {
  return { name, weight: 1, inFlight: 0, latencyMs: undefined, ...changes };
}

function counts(pick: () => Member, times: number): Record<string, number> {
  const seen: Record<string, number> = {};
  for (let i = 0; i < times; i++) {
    const { name } = pick();
    seen[name] = (seen[name] ?? 0) + 1;
  }
  return seen;
}

describe('weighted', () => {
  it('gives each exactly its share in every full cycle, however the weights are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (weights) => {
        const members = weights.map((weight, index) => member(String(index), { weight }));
        const cycle = weights.reduce((sum, weight) => sum + weight, 0);
        const policy = new Weighted<Member>();
        for (let round = 0; round < 3; round++) {
          const seen = counts(() => policy.pick(members), cycle);
          expect(weights.map((_, index) => seen[String(index)])).toEqual(weights);
        }
      }),
    );
  });

  it('spreads the heavy one instead of sending runs to it', () => {
    const members = [member('a', { weight: 5 }), member('b'), member('c')];
    const policy = new Weighted<Member>();
    const order = Array.from({ length: 7 }, () => policy.pick(members).name).join('');
    expect(order).toBe('aabacaa');
  });
});

describe('round robin', () => {
  it('takes turns, also when one leaves and comes back', () => {
    const [a, b, c] = [member('a'), member('b'), member('c')];
    const policy = new RoundRobin<Member>();
    const order = [
      [a, b, c],
      [a, b, c],
      [a, c],
      [a, c],
      [a, b, c],
    ].map((now) => policy.pick(now).name);
    expect(order.join('')).toBe('abcab');
  });
});

describe('least in flight', () => {
  it('takes the smallest load for its weight, equals in turn', () => {
    const policy = new LeastInFlight<Member>();
    const big = member('big', { weight: 4, inFlight: 3 });
    expect(policy.pick([member('small', { inFlight: 1 }), big]).name).toBe('big');
    const members = [member('a'), member('b')];
    expect(counts(() => policy.pick(members), 10)).toEqual({ a: 5, b: 5 });
  });
});

describe('latency-aware', () => {
  /** A deterministic source of chance. */
  function chance(): () => number {
    let state = 1;
    return () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
  }

  it('never takes the slowest of three, yet does not send everybody to the fastest', () => {
    const members = [
      member('slow', { latencyMs: 900 }),
      member('middle', { latencyMs: 200 }),
      member('fast', { latencyMs: 100 }),
    ];
    const policy = new LatencyAware<Member>(chance());
    const seen = counts(() => policy.pick(members), 3000);
    expect(seen.slow).toBeUndefined();
    expect(seen.fast).toBeGreaterThan(1800);
    expect(seen.middle).toBeGreaterThan(800);
  });

  it('leaves a fast one that is busy, and tries one that was never measured', () => {
    const busy = member('busy', { latencyMs: 100, inFlight: 10 });
    const policy = new LatencyAware<Member>(chance());
    expect(counts(() => policy.pick([busy, member('idle', { latencyMs: 500 })]), 100)).toEqual({ idle: 100 });
    expect(counts(() => policy.pick([busy, member('new')]), 100)).toEqual({ new: 100 });
  });

  it('shares by weight: twice the weight ends with about twice the calls under way', () => {
    const members = [member('one', { latencyMs: 100 }), member('two', { latencyMs: 100, weight: 2 })];
    const policy = new LatencyAware<Member>(chance());
    for (let i = 0; i < 300; i++) policy.pick(members).inFlight++;
    expect(members[1]!.inFlight / members[0]!.inFlight).toBeCloseTo(2, 1);
  });

  it('always picks one of those that it was given', () => {
    const candidate = fc.record({
      weight: fc.double({ min: 0.1, max: 100, noNaN: true }),
      inFlight: fc.nat(1000),
      latencyMs: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(candidate, { minLength: 1, maxLength: 8 }), (members) => {
        for (const policy of [new LatencyAware(), new LeastInFlight(), new RoundRobin(), new Weighted()])
          expect(members).toContain(policy.pick(members));
      }),
    );
  });
});

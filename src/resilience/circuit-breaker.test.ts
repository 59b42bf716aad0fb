import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../test/support/virtual-time.js';
import { type BreakerPass, CircuitBreaker, defaultBreakerOptions } from './circuit-breaker.js';

function make(options: Partial<typeof defaultBreakerOptions> = {}) {
  const time = new VirtualTime();
  const changes: string[] = [];
  const breaker = new CircuitBreaker(
    { ...defaultBreakerOptions, ...options },
    { clock: time, onChange: (from, to) => changes.push(`${from}>${to}`) },
  );
  return { time, changes, breaker };
}

const enter = (breaker: CircuitBreaker): BreakerPass => breaker.enter() as BreakerPass;
const fail = (breaker: CircuitBreaker, times: number): void => {
  for (let i = 0; i < times; i++) enter(breaker).failed();
};

describe('the circuit breaker', () => {
  it('opens at the fifth failure, lets one probe through after 60 s, and closes when it succeeds', () => {
    const { breaker, time, changes } = make();
    fail(breaker, 4);
    expect(breaker.state.kind).toBe('closed');
    fail(breaker, 1);
    expect(breaker.enter()).toBeUndefined();
    expect(breaker.waitMs).toBe(60_000);
    time.skip(59_999);
    expect(breaker.available).toBe(false);
    time.skip(1);
    const probe = enter(breaker);
    expect(breaker.enter()).toBeUndefined();
    probe.succeeded();
    expect(breaker.state.kind).toBe('closed');
    expect(changes).toEqual(['closed>open', 'open>half-open', 'half-open>closed']);
    fail(breaker, 4);
    expect(breaker.state.kind).toBe('closed');
  });

  it('opens for another 60 s when the probe fails, and gives the probe to the next when it was abandoned', () => {
    const { breaker, time } = make();
    fail(breaker, 5);
    time.skip(60_000);
    enter(breaker).abandoned();
    expect(breaker.state).toEqual({ kind: 'half-open', probing: false });
    enter(breaker).failed();
    expect(breaker.state).toEqual({ kind: 'open', untilMs: 120_000 });
  });

  it('forgets failures that have left the window', () => {
    const { breaker, time } = make();
    fail(breaker, 4);
    time.skip(60_000);
    fail(breaker, 4);
    expect(breaker.state.kind).toBe('closed');
  });

  it('stays closed for a busy service that fails rarely', () => {
    const { breaker } = make({ failureRatio: 0.1 });
    for (let i = 0; i < 1000; i++) enter(breaker).succeeded();
    fail(breaker, 111);
    expect(breaker.state.kind).toBe('closed');
    fail(breaker, 1);
    expect(breaker.state.kind).toBe('open');
  });

  it('does not take reports of calls that began before it opened', () => {
    const { breaker, time } = make();
    const early = Array.from({ length: 10 }, () => enter(breaker));
    fail(breaker, 5);
    time.skip(60_000);
    const probe = enter(breaker);
    for (const pass of early.slice(0, 5)) pass.failed();
    expect(breaker.state).toEqual({ kind: 'half-open', probing: true });
    probe.succeeded();
    for (const pass of early.slice(5)) pass.failed();
    expect(breaker.state.kind).toBe('closed');
  });

  it('counts a call that failed after it had succeeded', () => {
    const { breaker } = make({ failureRatio: 0 });
    for (let i = 0; i < 5; i++) {
      const pass = enter(breaker);
      pass.succeeded();
      pass.failed();
    }
    expect(breaker.state.kind).toBe('open');
  });

  it('never has two probes, and lets nothing through while open, whatever happens', () => {
    type Step = { kind: 'enter' } | { kind: 'end'; how: keyof BreakerPass } | { kind: 'wait'; ms: number };
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.constant({ kind: 'enter' as const }),
      fc.record({
        kind: fc.constant('end' as const),
        how: fc.constantFrom('succeeded' as const, 'failed' as const, 'abandoned' as const),
      }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 50 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { breaker, time } = make({ failures: 2, windowMs: 100, openMs: 60 });
        const underWay: { pass: BreakerPass; isProbe: boolean }[] = [];
        let openedAtMs = 0;
        for (const item of steps) {
          const before: string = breaker.state.kind;
          if (item.kind === 'wait') time.skip(item.ms);
          else if (item.kind === 'end') underWay.shift()?.pass[item.how]();
          else {
            const pass = breaker.enter();
            if (before === 'open') expect(pass !== undefined).toBe(time.now() - openedAtMs >= 60);
            if (pass) underWay.push({ pass, isProbe: before !== 'closed' });
          }
          if (before !== 'open' && breaker.state.kind === 'open') openedAtMs = time.now();
          const { state } = breaker;
          if (state.kind !== 'closed')
            expect(underWay.filter(({ isProbe }) => isProbe).length).toBe(
              state.kind === 'half-open' && state.probing ? 1 : 0,
            );
        }
      }),
    );
  });
});

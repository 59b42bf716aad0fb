import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Linked, LinkedSet } from './linked-set.js';

class Numbered extends Linked {
  readonly number: number;

  constructor(number: number) {
    super();
    this.number = number;
  }
}

it('does what a Set does', () => {
  const change = fc.record({ kind: fc.constantFrom('add', 'delete'), number: fc.nat({ max: 7 }) });
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const all = Array.from({ length: 8 }, (_, number) => new Numbered(number));
      const model = new Set<number>();
      const set = new LinkedSet<Numbered>();
      for (const { kind, number } of changes) {
        const member = all[number] as Numbered;
        if (kind === 'delete') expect(set.delete(member)).toBe(model.delete(number));
        else {
          set.add(member);
          model.add(number);
        }
        expect(set.size).toBe(model.size);
        expect(set.members().map((each) => each.number)).toEqual([...model]);
        expect(all.filter((each) => set.has(each)).map((each) => each.number)).toEqual([...model].sort());
      }
    }),
  );
});

it('lets members go while somebody walks through them', () => {
  const set = new LinkedSet<Numbered>();
  const members = [0, 1, 2].map((number) => new Numbered(number));
  for (const member of members) set.add(member);
  for (const member of set.members()) set.delete(member);
  expect([set.size, set.members()]).toEqual([0, []]);
  expect(members.flatMap(({ before, after }) => [before, after]).filter(Boolean)).toEqual([]);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MessageReader, packMessage, type Reply } from './messages.js';

const reply: fc.Arbitrary<Reply> = fc.oneof(
  fc.constantFrom<Reply>({ say: 'changed' }, { say: 'done' }),
  fc.record({
    say: fc.constant('events' as const),
    first: fc.nat(),
    parts: fc.array(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant({ type: 'text-delta', text: '답' })),
    ),
  }),
);

it('gives every message once and in order, wherever the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(reply, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (replies, cuts) => {
        const bytes = Buffer.concat(replies.map(packMessage));
        const reader = new MessageReader<Reply>();
        const found: Reply[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          found.push(...reader.read(bytes.subarray(at, at + cut)));
          at += cut;
        }
        expect(found).toEqual(replies);
      },
    ),
  );
});

it('refuses a length that no message has', () => {
  expect(() => new MessageReader().read(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow(RangeError);
});

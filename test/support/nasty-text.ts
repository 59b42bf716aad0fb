import fc from 'fast-check';

/** What has broken programs before: names of prototypes, lone surrogates, loose jamo, marks, invisible characters. */
const NASTY = [
  ...['__proto__', 'constructor', 'toString', 'length', 'NaN', '-0', '', '\0'],
  ...['\ud83d', '\ude00', '\ud7ff', '\ud83d\ude00', '👩‍👩‍👧', '\ufeff', '\u200b', '\u2028', '\r\n', '\r'],
  ...['\u1112\u1161\u11ab', '\u1112', '\u115f\u1161', 'ㄱㅏ', 'ｱﾞ', 'Ａ１', 'e\u0301', 'İ', 'ß', 'ſ', 'ﬁ'],
  ...['x'.repeat(2_000), '가'.repeat(1_000), '\u0301'.repeat(200)],
];

/** Any text, whole code points and halves of them; now and then what `NASTY` has, alone and put together. */
export function nastyText(maxLength = 200): fc.Arbitrary<string> {
  const plain = fc.string({ unit: 'binary', maxLength });
  const put = fc.array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 5 })), {
    maxLength: 6,
  });
  return fc.oneof(
    { weight: 3, arbitrary: plain },
    { weight: 1, arbitrary: put.map((parts) => parts.join('')) },
  );
}

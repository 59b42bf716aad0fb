import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ContentWriter, joinCut, readContent } from './content.js';
import { decodeFrame, encodeFrame, readRefs, UnreadableFrame } from './frame.js';
import type { ChannelValue, Manifest, StoredManifest } from './manifest.js';
import { packId, unpackId } from './packed-id.js';
import { decodeCheckpoint, encodeCheckpoint } from './record.js';

const ref = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));
const body = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'grapheme', maxLength: 300 }).map((text) => Buffer.from(`{"content":"${text}${text}"}`)),
);

it('a frame gives back its refs and its body', () => {
  fc.assert(
    fc.property(fc.array(ref, { maxLength: 5 }), body, (refs, bytes) => {
      const frame = encodeFrame(refs, bytes);
      const read = decodeFrame(frame);
      expect(read.refs).toEqual(refs);
      expect(read.body.equals(bytes)).toBe(true);
      expect(readRefs(frame)).toEqual(refs);
    }),
  );
});

it('a frame with a changed bit, or cut anywhere, is refused', () => {
  fc.assert(
    fc.property(body, fc.nat(), fc.nat(7), (bytes, place, bit) => {
      const frame = encodeFrame([], bytes);
      const at = place % frame.length;
      const changed = Buffer.from(frame);
      changed[at]! ^= 1 << bit;
      expect(() => decodeFrame(changed)).toThrow(UnreadableFrame);
      expect(() => decodeFrame(frame.subarray(0, at))).toThrow(UnreadableFrame);
    }),
  );
});

const longText = fc.string({ unit: 'grapheme', minLength: 250, maxLength: 400 });
const message = fc.record({
  content: longText,
  note: fc.string(),
  more: fc.array(longText, { maxLength: 2 }),
});

it('what is cut at its long texts is put together as it was', () => {
  const anything = fc.oneof(
    message.map((value) => Buffer.from(JSON.stringify(value))),
    fc
      .array(fc.constantFrom('"', '\\', 'x'.repeat(300)), { maxLength: 12 })
      .map((parts) => Buffer.from(parts.join(''))),
    body,
  );
  fc.assert(
    fc.property(anything, (bytes) => {
      const writer = new ContentWriter();
      expect(joinCut(writer.cut(bytes), writer.contents)?.equals(bytes)).toBe(true);
      expect(readContent(writer.add(bytes), writer.contents)?.equals(bytes)).toBe(true);
    }),
  );
});

it('a long text is stored once, in whatever it appears', () => {
  const writer = new ContentWriter();
  const text = '긴 글 '.repeat(100);
  for (const value of [{ content: text }, { content: text, id: 1 }, [text]])
    writer.add(Buffer.from(JSON.stringify(value)));
  expect(writer.contents.size).toBe(4);
  expect(readContent('x'.repeat(16), writer.contents)).toBeUndefined();
});

const name = fc.constantFrom('messages', '__proto__', 'branch:to:답', 'x');
const versions = fc.dictionary(name, fc.oneof(fc.nat(9), fc.constantFrom('00001.5', '00002.7')));
const value: fc.Arbitrary<ChannelValue> = fc.oneof(
  body.map((bytes): ChannelValue => ({ kind: 'inline', cut: { refs: [], body: bytes } })),
  ref.map((id): ChannelValue => ({ kind: 'content', id })),
  fc
    .array(
      fc.constantFrom('a', 'b', 'c').map((letter) => letter.repeat(16)),
      { maxLength: 6 },
    )
    .map((ids): ChannelValue => ({ kind: 'list', ids })),
);
const manifest: fc.Arbitrary<Manifest> = fc.record({
  namespace: fc.constant('sub|graph'),
  id: fc.constantFrom('1f1e5bc1-c0aa-6cb1-ffff-0026a333b934', 'b', 'c'),
  version: fc.constantFrom(1, 4),
  time: fc.constantFrom('2026-11-21T00:00:00.000Z', '2026-11-21T00:00:00Z', 'soon'),
  metadata: body,
  versions,
  seen: fc.dictionary(name, versions),
  values: fc
    .uniqueArray(fc.tuple(name, value), { selector: ([key]) => key })
    .map((entries) => new Map(entries)),
});

it('any chain of records gives back every manifest', () => {
  fc.assert(
    fc.property(fc.array(manifest, { minLength: 1, maxLength: 6 }), (manifests) => {
      let base: StoredManifest | undefined;
      for (const [stamp, next] of manifests.entries()) {
        const child: Manifest = base === undefined ? next : { ...next, parent: base.id };
        const frame = encodeCheckpoint(child, base);
        const read = decodeCheckpoint({ ...child, stamp, frame }, base);
        expect(read).toEqual({ ...child, stamp, depth: stamp });
        base = read;
      }
    }),
  );
});

it('ids are packed and unpacked; UUIDs keep their order', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), fc.string(), (a, b, text) => {
      expect(unpackId(packId(a))).toBe(a);
      expect(unpackId(packId(text))).toBe(text);
      expect(Math.sign(Buffer.compare(packId(a) as Buffer, packId(b) as Buffer))).toBe(
        a < b ? -1 : a > b ? 1 : 0,
      );
    }),
  );
});

import type { TierRecord } from './tier.js';

/*
 *  0         8            16          24      28
 *  ├─stored──┼─freshUntil─┼─keepUntil─┼─reads─┼─body ─ ─
 *  │ f64 LE  │ f64 LE     │ f64 LE    │ u32 LE│
 */
/** Where a record's life stands in its frame: 20 bytes that `frameLife` writes anew without touching the rest. */
export const LIFE_OFFSET_BYTES = 8;
const BODY_OFFSET_BYTES = 28;

/** A record as one run of bytes, for tiers that keep no columns. */
export function frameRecord(record: TierRecord): Buffer {
  const frame = Buffer.allocUnsafe(BODY_OFFSET_BYTES + record.body.byteLength);
  frame.writeDoubleLE(record.storedAtMs, 0);
  frameLife(record).copy(frame, LIFE_OFFSET_BYTES);
  frame.set(record.body, BODY_OFFSET_BYTES);
  return frame;
}

/** The 20 bytes that go to `LIFE_OFFSET_BYTES`. */
export function frameLife(life: Pick<TierRecord, 'freshUntilMs' | 'keepUntilMs' | 'reads'>): Buffer {
  const bytes = Buffer.allocUnsafe(BODY_OFFSET_BYTES - LIFE_OFFSET_BYTES);
  bytes.writeDoubleLE(life.freshUntilMs, 0);
  bytes.writeDoubleLE(life.keepUntilMs, 8);
  bytes.writeUInt32LE(life.reads, 16);
  return bytes;
}

/** Undefined for what is too short to be one. The body is a view of `frame`, up to `end`. */
export function unframeRecord(frame: Buffer, end = frame.length): TierRecord | undefined {
  if (end < BODY_OFFSET_BYTES) return undefined;
  return {
    storedAtMs: frame.readDoubleLE(0),
    freshUntilMs: frame.readDoubleLE(8),
    keepUntilMs: frame.readDoubleLE(16),
    reads: frame.readUInt32LE(24),
    body: frame.subarray(BODY_OFFSET_BYTES, end),
  };
}

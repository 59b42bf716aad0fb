import { frameRecord, unframeRecord } from '../../record-frame.js';
import type { TierRecord } from '../../tier.js';

/*
 *  ├─ frame of the record ─ ─┼─ tags, escaped, as JSON; nothing without tags ─┼─ their length, u32 BE ─┤
 *
 * The life stands at the front, where a script can change it in place; the tags at the end, where it finds them.
 */
const LENGTH_BYTES = 4;

export function frameTagged(record: TierRecord, escapedTags: readonly string[]): Buffer {
  const tags = Buffer.from(escapedTags.length === 0 ? '' : JSON.stringify(escapedTags));
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32BE(tags.length, 0);
  return Buffer.concat([frameRecord(record), tags, length]);
}

/** Undefined for what is no such frame. The record's body is a view of `bytes`. */
export function unframeTagged(bytes: Buffer): TierRecord | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined;
  const end = bytes.length - LENGTH_BYTES;
  const tagsAt = end - bytes.readUInt32BE(end);
  return unframeRecord(bytes, tagsAt);
}

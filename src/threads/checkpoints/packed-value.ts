import type { ChannelValue } from './manifest.js';
import type { ContentId } from './spec.js';

/**
 * A value in the body of a frame. Contents are not named there: a value takes the next refs of the frame, so many
 * for its inline form, one for `c`, as many as it adds for `l`.
 */
export type PackedValue =
  | readonly ['i', Uint8Array, refs: number]
  | readonly ['c']
  /** The first `keep` items of the list before stay, `add` follow. */
  | readonly ['l', keep: number, add: number];

export function packValue(value: ChannelValue, keep: number, refs: ContentId[]): PackedValue {
  switch (value.kind) {
    case 'inline':
      refs.push(...value.cut.refs);
      return ['i', value.cut.body, value.cut.refs.length];
    case 'content':
      refs.push(value.id);
      return ['c'];
    case 'list':
      for (let at = keep; at < value.ids.length; at++) refs.push(value.ids[at]!);
      return ['l', keep, value.ids.length - keep];
  }
}

export function unpackValue(
  packed: PackedValue,
  before: ChannelValue | undefined,
  refs: Iterator<ContentId>,
): ChannelValue {
  switch (packed[0]) {
    case 'i':
      return { kind: 'inline', cut: { refs: take(refs, packed[2]), body: asBuffer(packed[1]) } };
    case 'c':
      return { kind: 'content', id: take(refs, 1)[0]! };
    case 'l': {
      const kept = before?.kind === 'list' ? before.ids.slice(0, packed[1]) : [];
      return { kind: 'list', ids: kept.concat(take(refs, packed[2])) };
    }
  }
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function take(refs: Iterator<ContentId>, count: number): ContentId[] {
  return Array.from({ length: count }, () => refs.next().value);
}

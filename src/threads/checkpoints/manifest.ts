import type { CutBytes } from './content.js';
import type { CheckpointPlace, ContentId } from './spec.js';

export type Version = number | string;
export type Versions = Readonly<Record<string, Version>>;

/**
 * Where a channel's value is. `inline`: a small one, in the record itself but for its long texts. `content`: one
 * content. `list`: one content an item.
 */
export type ChannelValue =
  | { readonly kind: 'inline'; readonly cut: CutBytes }
  | { readonly kind: 'content'; readonly id: ContentId }
  | { readonly kind: 'list'; readonly ids: readonly ContentId[] };

/** A checkpoint as it was meant, every delta applied. Never changed once made: parents are shared. */
export interface Manifest extends CheckpointPlace {
  readonly parent?: string;
  /** The version of the checkpoint format, of LangGraph: 4. */
  readonly version: number;
  /** ISO 8601. */
  readonly time: string;
  readonly metadata: Buffer;
  readonly versions: Versions;
  /** By node: the versions of channels that it has seen. */
  readonly seen: Readonly<Record<string, Versions>>;
  readonly values: ReadonlyMap<string, ChannelValue>;
}

/** A manifest whose record is stored, so that others can be deltas against it. */
export interface StoredManifest extends Manifest {
  readonly stamp: number;
  /** Records between it and the next whole one; 0 for a whole one. */
  readonly depth: number;
}

/** What a manifest weighs in memory, roughly, in references. */
export function referencesOf(manifest: Manifest): number {
  let count = 8;
  for (const value of manifest.values.values()) count += value.kind === 'list' ? value.ids.length + 1 : 1;
  return count;
}

/** The contents that a value consists of, without those that they in turn refer to. */
export function contentsOf(value: ChannelValue): readonly ContentId[] {
  switch (value.kind) {
    case 'inline':
      return value.cut.refs;
    case 'content':
      return [value.id];
    case 'list':
      return value.ids;
  }
}

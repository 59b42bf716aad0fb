import { Packr } from 'msgpackr';
import { applyDelta, commonStart, type Delta, deltaOf } from './delta.js';
import { decodeFrame, encodeFrame } from './frame.js';
import type { ChannelValue, Manifest, StoredManifest, Version, Versions } from './manifest.js';
import type { CheckpointPlace, ContentId, StoredRecord } from './spec.js';

const packr = new Packr({ useRecords: false, moreTypes: false });

/**
 * A record's body. Contents are not named in it: a change takes the next refs of the frame, one for `c`, as many as
 * it adds for `l`.
 */
type ValueChange =
  | readonly ['i', Uint8Array]
  | readonly ['c']
  /** The first `keep` items of the base's list stay, `add` follow. */
  | readonly ['l', keep: number, add: number];

type RecordBody = readonly [
  parent: string | null,
  version: number,
  time: string,
  metadata: Uint8Array,
  versions: Delta<Version>['set'],
  versionsGone: readonly string[],
  seen: readonly (readonly [node: string, Delta<Version>['set'], readonly string[]])[],
  seenGone: readonly string[],
  values: Delta<ValueChange>['set'],
  valuesGone: readonly string[],
];

type Base = Pick<Manifest, 'versions' | 'seen' | 'values'>;
const NOTHING: Base = { versions: {}, seen: {}, values: new Map() };

/** The frame of a manifest's record: whole, or as a delta against `base`. */
export function encodeRecord(manifest: Manifest, base: Base = NOTHING): Buffer {
  const refs: ContentId[] = [];
  const versions = deltaOf(asMap(base.versions), asMap(manifest.versions), changedVersion);
  const seen = deltaOf(asMap(base.seen), asMap(manifest.seen), changedVersions);
  const values = deltaOf(base.values, manifest.values, (before, after) => changedValue(before, after, refs));
  const body: RecordBody = [
    manifest.parent ?? null,
    manifest.version,
    manifest.time,
    manifest.metadata,
    versions.set,
    versions.gone,
    seen.set.map(([node, { set, gone }]) => [node, set, gone]),
    seen.gone,
    values.set,
    values.gone,
  ];
  return encodeFrame(refs, packr.pack(body));
}

/** Throws `UnreadableFrame`. */
export function decodeRecord(record: StoredRecord, base: StoredManifest | undefined): StoredManifest {
  const { refs, body } = decodeFrame(record.frame);
  const under: Base = base ?? NOTHING;
  const [parent, version, time, metadata, versions, versionsGone, seen, seenGone, values, valuesGone] =
    packr.unpack(body) as RecordBody;
  const next = refs[Symbol.iterator]();
  const seenDelta = {
    set: seen.map(([node, set, gone]) => [node, { set, gone }] as const),
    gone: seenGone,
  };
  return {
    ...placeOf(record),
    ...(parent !== null && { parent }),
    stamp: record.stamp,
    depth: base === undefined ? 0 : base.depth + 1,
    version,
    time,
    metadata: asBuffer(metadata),
    versions: applyVersions(under.versions, { set: versions, gone: versionsGone }),
    seen: Object.fromEntries(applyDelta(asMap(under.seen), seenDelta, applyVersions)),
    values: applyDelta(under.values, { set: values, gone: valuesGone }, (before, change) =>
      applyValue(before, change, next),
    ),
  };
}

function placeOf({ namespace, id }: CheckpointPlace): CheckpointPlace {
  return { namespace, id };
}

function changedVersion(before: Version | undefined, after: Version): Version | undefined {
  return before === after ? undefined : after;
}

function changedVersions(before: Versions | undefined, after: Versions): Delta<Version> | undefined {
  const delta = deltaOf(asMap(before ?? {}), asMap(after), changedVersion);
  return before !== undefined && delta.set.length + delta.gone.length === 0 ? undefined : delta;
}

function applyVersions(before: Versions | undefined, delta: Delta<Version>): Versions {
  return Object.fromEntries(applyDelta(asMap(before ?? {}), delta, (_, version) => version));
}

function changedValue(
  before: ChannelValue | undefined,
  after: ChannelValue,
  refs: ContentId[],
): ValueChange | undefined {
  if (before !== undefined && isSame(before, after)) return undefined;
  switch (after.kind) {
    case 'inline':
      return ['i', after.bytes];
    case 'content':
      refs.push(after.id);
      return ['c'];
    case 'list': {
      const keep = before?.kind === 'list' ? commonStart(before.ids, after.ids) : 0;
      for (let at = keep; at < after.ids.length; at++) refs.push(after.ids[at]!);
      return ['l', keep, after.ids.length - keep];
    }
  }
}

function applyValue(
  before: ChannelValue | undefined,
  change: ValueChange,
  refs: Iterator<ContentId>,
): ChannelValue {
  switch (change[0]) {
    case 'i':
      return { kind: 'inline', bytes: asBuffer(change[1]) };
    case 'c':
      return { kind: 'content', id: refs.next().value };
    case 'l': {
      const ids = before?.kind === 'list' ? before.ids.slice(0, change[1]) : [];
      for (let count = 0; count < change[2]; count++) ids.push(refs.next().value);
      return { kind: 'list', ids };
    }
  }
}

function isSame(a: ChannelValue, b: ChannelValue): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'inline':
      return b.kind === 'inline' && a.bytes.equals(b.bytes);
    case 'content':
      return b.kind === 'content' && a.id === b.id;
    case 'list':
      return b.kind === 'list' && a.ids.length === b.ids.length && commonStart(a.ids, b.ids) === a.ids.length;
  }
}

function asMap<Value>(record: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> {
  return new Map(Object.entries(record));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

import { Packr } from 'msgpackr';
import type { CutBytes } from './content.js';
import { applyDelta, commonStart, type Delta, deltaOf } from './delta.js';
import { decodeFrame, encodeFrame } from './frame.js';
import type { ChannelValue, Manifest, StoredManifest, Version, Versions } from './manifest.js';
import { asBuffer, type PackedValue, packValue, unpackValue } from './packed-value.js';
import type { CheckpointPlace, ContentId, StoredRecord } from './spec.js';

const packr = new Packr({ useRecords: false, moreTypes: false });

/** Where the parent is the base of a delta, and where the time is one that a number can say, both need no text. */
type Parent = string | 0 | null;
type Time = string | number;

type RecordBody = readonly [
  parent: Parent,
  version: number,
  time: Time,
  metadata: Uint8Array,
  versions: Delta<Version>['set'],
  versionsGone: readonly string[],
  seen: readonly (readonly [node: string, Delta<Version>['set'], readonly string[]])[],
  seenGone: readonly string[],
  values: Delta<PackedValue>['set'],
  valuesGone: readonly string[],
];

type Base = Pick<Manifest, 'versions' | 'seen' | 'values'> & { readonly id?: string };
const NOTHING: Base = { versions: {}, seen: {}, values: new Map() };

/** The frame of a manifest's record: whole, or as a delta against `base`. */
export function encodeCheckpoint(manifest: Manifest, base: Base = NOTHING): Buffer {
  const refs: ContentId[] = [];
  const versions = deltaOf(asMap(base.versions), asMap(manifest.versions), changedVersion);
  const seen = deltaOf(asMap(base.seen), asMap(manifest.seen), changedVersions);
  const values = deltaOf(base.values, manifest.values, (before, after) => changedValue(before, after, refs));
  const body: RecordBody = [
    packParent(manifest.parent, base.id),
    manifest.version,
    packTime(manifest.time),
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
export function decodeCheckpoint(record: StoredRecord, base: StoredManifest | undefined): StoredManifest {
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
    ...unpackParent(parent, under.id),
    stamp: record.stamp,
    depth: base === undefined ? 0 : base.depth + 1,
    version,
    time: typeof time === 'number' ? new Date(time).toISOString() : time,
    metadata: asBuffer(metadata),
    versions: applyVersions(under.versions, { set: versions, gone: versionsGone }),
    seen: Object.fromEntries(applyDelta(asMap(under.seen), seenDelta, applyVersions)),
    values: applyDelta(under.values, { set: values, gone: valuesGone }, (before, change) =>
      unpackValue(change, before, next),
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

function packParent(parent: string | undefined, base: string | undefined): Parent {
  if (parent === undefined) return null;
  return parent === base ? 0 : parent;
}

function unpackParent(parent: Parent, base: string | undefined): { readonly parent?: string } {
  if (parent === null) return {};
  return { parent: parent === 0 ? base! : parent };
}

function packTime(time: string): Time {
  const ms = Date.parse(time);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === time ? ms : time;
}

function changedValue(
  before: ChannelValue | undefined,
  after: ChannelValue,
  refs: ContentId[],
): PackedValue | undefined {
  if (before !== undefined && isSame(before, after)) return undefined;
  const keep = before?.kind === 'list' && after.kind === 'list' ? commonStart(before.ids, after.ids) : 0;
  return packValue(after, keep, refs);
}

function isSame(a: ChannelValue, b: ChannelValue): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'inline':
      return b.kind === 'inline' && isSameCut(a.cut, b.cut);
    case 'content':
      return b.kind === 'content' && a.id === b.id;
    case 'list':
      return b.kind === 'list' && isSameList(a.ids, b.ids);
  }
}

function isSameCut(a: CutBytes, b: CutBytes): boolean {
  return isSameList(a.refs, b.refs) && a.body.equals(b.body);
}

function isSameList(a: readonly ContentId[], b: readonly ContentId[]): boolean {
  return a.length === b.length && commonStart(a, b) === a.length;
}

function asMap<Value>(record: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> {
  return new Map(Object.entries(record));
}

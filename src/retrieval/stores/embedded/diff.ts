import type { ChunkInput } from '../../spec.js';
import type { StoredChunkKey } from './chunks.js';

/** What becomes of a changed document's chunks. */
export interface ChunkDiff {
  /** Stored chunks whose text is still there, with the number of the new chunk that equals them. */
  readonly kept: readonly { readonly id: number; readonly number: number }[];
  /** Numbers of the chunks that are new. */
  readonly added: readonly number[];
  readonly removed: readonly StoredChunkKey[];
}

/** Matches by hash; equal chunks pair up in their order, so that nothing is embedded for a text that only moved. */
export function diffChunks(stored: readonly StoredChunkKey[], chunks: readonly ChunkInput[]): ChunkDiff {
  const waiting = new Map<string, StoredChunkKey[]>();
  for (const key of [...stored].reverse()) waiting.set(key.hash, [...(waiting.get(key.hash) ?? []), key]);
  const kept: { id: number; number: number }[] = [];
  const added: number[] = [];
  chunks.forEach((chunk, number) => {
    const match = waiting.get(chunk.hash)?.pop();
    if (match) kept.push({ id: match.id, number });
    else added.push(number);
  });
  return { kept, added, removed: [...waiting.values()].flat() };
}

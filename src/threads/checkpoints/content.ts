import { createHash } from 'node:crypto';
import { decodeFrame, encodeFrame } from './frame.js';
import { longTexts } from './long-texts.js';
import type { ContentId, Contents } from './spec.js';

function contentId(bytes: Uint8Array): ContentId {
  return createHash('sha256').update(bytes).digest().toString('latin1', 0, 16);
}

/**
 * Bytes without their long texts, which are contents of their own, so that a text is stored once though it is part of
 * several values: a message as a node wrote it, the same with the id that its list gave it, an answer in a channel
 * beside the list.
 *
 *   {"content":"a long text","id":7}   →   refs: [id of a long text]
 *                                          body: 12 (where it was) · {"content":"","id":7}
 */
export interface CutBytes {
  readonly refs: readonly ContentId[];
  readonly body: Buffer;
}

/** Gathers contents that are to be stored. */
export class ContentWriter {
  readonly contents = new Map<ContentId, Buffer>();

  /** Stores bytes as a content. */
  add(bytes: Buffer): ContentId {
    return this.addCut(bytes, this.cut(bytes));
  }

  /** Stores bytes that were cut already. */
  addCut(bytes: Buffer, { refs, body }: CutBytes): ContentId {
    return this.#store(bytes, () => encodeFrame(refs, body));
  }

  /** Stores only the long texts. */
  cut(bytes: Buffer): CutBytes {
    const texts = longTexts(bytes);
    if (texts.length === 0) return { refs: [], body: bytes };
    const positions = Buffer.allocUnsafe(texts.length * 4);
    const rest: Buffer[] = [positions];
    const refs: ContentId[] = [];
    let from = 0;
    let removed = 0;
    for (const [index, [start, end]] of texts.entries()) {
      rest.push(bytes.subarray(from, start));
      positions.writeUInt32BE(start - removed, index * 4);
      const text = bytes.subarray(start, end);
      refs.push(this.#store(text, () => encodeFrame([], text)));
      removed += end - start;
      from = end;
    }
    rest.push(bytes.subarray(from));
    return { refs, body: Buffer.concat(rest) };
  }

  #store(bytes: Buffer, frame: () => Buffer): ContentId {
    const id = contentId(bytes);
    if (!this.contents.has(id)) this.contents.set(id, frame());
    return id;
  }
}

/** The bytes of a content; undefined when it or a part of it is not there. Throws `UnreadableFrame`. */
export function readContent(id: ContentId, contents: Contents): Buffer | undefined {
  const stored = contents.get(id);
  return stored && joinCut(decodeFrame(stored), contents);
}

/** What was cut, whole; undefined when a part is not there. Throws `UnreadableFrame`. */
export function joinCut({ refs, body }: CutBytes, contents: Contents): Buffer | undefined {
  if (refs.length === 0) return body;
  const rest = body.subarray(refs.length * 4);
  const parts: Buffer[] = [];
  let from = 0;
  for (const [index, ref] of refs.entries()) {
    const text = contents.get(ref);
    if (text === undefined) return undefined;
    const at = body.readUInt32BE(index * 4);
    parts.push(rest.subarray(from, at), decodeFrame(text).body);
    from = at;
  }
  parts.push(rest.subarray(from));
  return Buffer.concat(parts);
}

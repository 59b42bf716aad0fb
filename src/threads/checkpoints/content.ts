import { createHash } from 'node:crypto';
import { decodeFrame, encodeFrame } from './frame.js';
import { longTexts } from './long-texts.js';
import type { ContentId, Contents } from './spec.js';

export function contentId(bytes: Uint8Array): ContentId {
  return createHash('sha256').update(bytes).digest().toString('latin1', 0, 16);
}

/**
 * Gathers contents that are to be stored. The long texts of a value become contents of their own, so that a text is
 * stored once though it is part of several values: a message as a node wrote it, the same with the id that its list
 * gave it, an answer in a channel beside the list.
 *
 *   {"content":"a long text","id":7}   →   refs: [id of "a long text"]
 *                                          body: 1 cut · at 11 · {"content":,"id":7}
 */
export class ContentWriter {
  readonly contents = new Map<ContentId, Buffer>();

  add(bytes: Buffer): ContentId {
    const id = contentId(bytes);
    if (this.contents.has(id)) return id;
    const texts = longTexts(bytes);
    this.contents.set(id, texts.length === 0 ? encodeFrame([], bytes) : this.#cut(bytes, texts));
    return id;
  }

  #cut(bytes: Buffer, texts: readonly (readonly [start: number, end: number])[]): Buffer {
    const positions = Buffer.allocUnsafe(texts.length * 4);
    const rest: Buffer[] = [positions];
    const refs: ContentId[] = [];
    let from = 0;
    let removed = 0;
    for (const [index, [start, end]] of texts.entries()) {
      rest.push(bytes.subarray(from, start));
      positions.writeUInt32BE(start - removed, index * 4);
      refs.push(this.#addText(bytes.subarray(start, end)));
      removed += end - start;
      from = end;
    }
    rest.push(bytes.subarray(from));
    return encodeFrame(refs, Buffer.concat(rest));
  }

  #addText(text: Buffer): ContentId {
    const id = contentId(text);
    if (!this.contents.has(id)) this.contents.set(id, encodeFrame([], text));
    return id;
  }
}

/** The bytes of a content; undefined when it or a part of it is not there. Throws `UnreadableFrame`. */
export function readContent(id: ContentId, contents: Contents): Buffer | undefined {
  const stored = contents.get(id);
  if (stored === undefined) return undefined;
  const { refs, body } = decodeFrame(stored);
  return refs.length === 0 ? body : join(refs, body, contents);
}

function join(refs: readonly ContentId[], body: Buffer, contents: Contents): Buffer | undefined {
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

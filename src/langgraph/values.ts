import type { SerializerProtocol } from '@langchain/langgraph-checkpoint';
import type { ChannelValue, ContentId, ContentWriter, CutBytes } from '../threads/index.js';
import type { RememberedValues } from './remembered.js';

/** What is left of a value without its long texts stays in the record up to here: a content costs 70 bytes. */
const INLINE_BYTES = 512;
/** Longer arrays are one content: beyond it a list's ids cost more than they save. */
const ITEM_LIMIT = 100_000;

/** Finds the bytes of a content, or puts cut ones together; throws `thread_record_unreadable`. */
export interface ContentReader {
  content(id: ContentId): Buffer;
  join(cut: CutBytes): Buffer;
}

/** Values as contents and back, through the saver's serializer. */
export class Values {
  readonly #serde: SerializerProtocol;
  readonly #remembered: RememberedValues;

  constructor(serde: SerializerProtocol, remembered: RememberedValues) {
    this.#serde = serde;
    this.#remembered = remembered;
  }

  /** `isStored` says of a content that it need not be written again. */
  async encode(
    value: unknown,
    writer: ContentWriter,
    isStored: (id: ContentId) => boolean,
  ): Promise<ChannelValue> {
    if (isList(value)) return { kind: 'list', ids: await this.#encodeItems(value, writer, isStored) };
    const known = this.#recognise(value, isStored);
    if (known !== undefined) return { kind: 'content', id: known };
    const bytes = await this.dump(value);
    const cut = writer.cut(bytes);
    if (cut.body.length <= INLINE_BYTES) return { kind: 'inline', cut };
    return { kind: 'content', id: this.#remember(writer.addCut(bytes, cut), value) };
  }

  /** A value that none will be a delta against: a short list is stored as it is. */
  async encodeOnce(value: unknown, writer: ContentWriter): Promise<ChannelValue> {
    const cut = writer.cut(await this.dump(value));
    if (cut.body.length <= INLINE_BYTES) return { kind: 'inline', cut };
    return this.encode(value, writer, () => false);
  }

  async decode(value: ChannelValue, read: ContentReader): Promise<unknown> {
    switch (value.kind) {
      case 'inline':
        return this.load(read.join(value.cut));
      case 'content':
        return this.#item(value.id, read);
      case 'list':
        return this.#items(value.ids, read);
    }
  }

  /** The serializer's type, its length before it, and its bytes. */
  async dump(value: unknown): Promise<Buffer> {
    const [type, bytes] = await this.#serde.dumpsTyped(value);
    const name = Buffer.from(type);
    return Buffer.concat([Buffer.of(name.length), name, bytes]);
  }

  async load(bytes: Buffer): Promise<unknown> {
    const dataAt = 1 + bytes[0]!;
    return this.#serde.loadsTyped(bytes.toString('utf8', 1, dataAt), bytes.subarray(dataAt));
  }

  has(id: ContentId): boolean {
    return this.#remembered.has(id);
  }

  /** One after the other: a conversation's items are mostly known, and a promise for each would cost more than they. */
  async #encodeItems(
    items: readonly object[],
    writer: ContentWriter,
    isStored: (id: ContentId) => boolean,
  ): Promise<readonly ContentId[]> {
    const ids: ContentId[] = [];
    for (const item of items) ids.push(this.#recognise(item, isStored) ?? (await this.#write(item, writer)));
    return ids;
  }

  /** One after the other: hundreds of half-read items at once would only keep the garbage collector busy. */
  async #items(ids: readonly ContentId[], read: ContentReader): Promise<unknown[]> {
    const items: unknown[] = [];
    for (const id of ids) {
      const remembered = this.#remembered.take(id);
      items.push(remembered === undefined ? await this.#read(id, read) : remembered.value);
    }
    return items;
  }

  #recognise(value: unknown, isStored: (id: ContentId) => boolean): ContentId | undefined {
    const id = this.#remembered.idOf(value);
    return id !== undefined && isStored(id) ? id : undefined;
  }

  async #write(value: unknown, writer: ContentWriter): Promise<ContentId> {
    return this.#remember(writer.add(await this.dump(value)), value);
  }

  #remember(id: ContentId, value: unknown): ContentId {
    this.#remembered.stored(id, value);
    return id;
  }

  #item(id: ContentId, read: ContentReader): unknown {
    const remembered = this.#remembered.take(id);
    return remembered === undefined ? this.#read(id, read) : remembered.value;
  }

  async #read(id: ContentId, read: ContentReader): Promise<unknown> {
    const bytes = read.content(id);
    const value = await this.load(bytes);
    this.#remembered.loaded(id, value, bytes.length);
    return value;
  }
}

/** Arrays of objects are stored item by item; numbers and short texts are not worth it. */
function isList(value: unknown): value is readonly object[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > ITEM_LIMIT) return false;
  return value.every((item) => typeof item === 'object' && item !== null && !ArrayBuffer.isView(item));
}

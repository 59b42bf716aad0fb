import { analyse } from '../text/index.js';
import { MAX_FREQUENCY, type PostingList } from './postings.js';
import { SegmentWriter } from './segment-writer.js';
import { MemorySink } from './sink.js';
import { termHash } from './term-hash.js';

/** Longer documents count as this long: lengths take 16 bits. */
const MAX_LENGTH = 65_535;

/** Builds one segment in memory from texts. Needs about 10 bytes for each distinct term of each document. */
export class KeywordSegmentBuilder {
  readonly #ids = new Map<number, number>();
  /** By term: its number of documents, and where its newest posting is. */
  readonly #documentFrequency: number[] = [];
  readonly #lastPosting: number[] = [];
  readonly #lengths: number[] = [];
  #postings = newPostings(1 << 12);
  #count = 0;

  /** Documents added so far. */
  get docCount(): number {
    return this.#lengths.length;
  }

  /** Adds the next document; `doc` numbers them from 0 without gaps. */
  add(doc: number, text: string): void {
    if (doc !== this.#lengths.length) throw new RangeError(`Document ${doc} is not the next in order.`);
    const terms = analyse(text);
    for (const term of terms) this.#countTerm(doc, termHash(term));
    this.#lengths.push(Math.min(terms.length, MAX_LENGTH));
  }

  /** The segment's bytes, ready to be written to a file. */
  finish(): Uint8Array {
    const sink = new MemorySink();
    const writer = new SegmentWriter(sink, Uint16Array.from(this.#lengths));
    const { starts, docs, frequencies } = this.#groupByTerm();
    for (const hash of Float64Array.from(this.#ids.keys()).sort()) {
      const id = this.#ids.get(hash)!;
      const [from, to] = [starts[id]!, starts[id + 1]!];
      const list: PostingList = {
        count: to - from,
        docs: docs.subarray(from, to),
        frequencies: frequencies.subarray(from, to),
      };
      writer.add(hash, list);
    }
    writer.finish();
    return sink.take();
  }

  #countTerm(doc: number, hash: number): void {
    const id = this.#idOf(hash);
    const last = this.#lastPosting[id]!;
    if (last >= 0 && this.#postings.docs[last] === doc) this.#repeat(last);
    else this.#append(id, doc);
  }

  #idOf(hash: number): number {
    const known = this.#ids.get(hash);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(hash, id);
    this.#documentFrequency.push(0);
    this.#lastPosting.push(-1);
    return id;
  }

  #repeat(posting: number): void {
    const { frequencies } = this.#postings;
    if (frequencies[posting]! < MAX_FREQUENCY) frequencies[posting]!++;
  }

  #append(id: number, doc: number): void {
    if (this.#count === this.#postings.docs.length) this.#postings = grown(this.#postings);
    const at = this.#count++;
    this.#postings.terms[at] = id;
    this.#postings.docs[at] = doc;
    this.#postings.frequencies[at] = 1;
    this.#lastPosting[id] = at;
    this.#documentFrequency[id]!++;
  }

  /** Counting sort by term; stable, so documents stay ascending. */
  #groupByTerm(): { starts: Uint32Array; docs: Uint32Array; frequencies: Uint8Array } {
    const starts = new Uint32Array(this.#documentFrequency.length + 1);
    this.#documentFrequency.forEach((count, id) => {
      starts[id + 1] = starts[id]! + count;
    });
    const next = starts.slice();
    const docs = new Uint32Array(this.#count);
    const frequencies = new Uint8Array(this.#count);
    for (let at = 0; at < this.#count; at++) {
      const to = next[this.#postings.terms[at]!]!++;
      docs[to] = this.#postings.docs[at]!;
      frequencies[to] = this.#postings.frequencies[at]!;
    }
    return { starts, docs, frequencies };
  }
}

interface Postings {
  readonly terms: Uint32Array;
  readonly docs: Uint32Array;
  readonly frequencies: Uint8Array;
}

function newPostings(capacity: number): Postings {
  return {
    terms: new Uint32Array(capacity),
    docs: new Uint32Array(capacity),
    frequencies: new Uint8Array(capacity),
  };
}

function grown(old: Postings): Postings {
  const larger = newPostings(old.docs.length * 2);
  larger.terms.set(old.terms);
  larger.docs.set(old.docs);
  larger.frequencies.set(old.frequencies);
  return larger;
}

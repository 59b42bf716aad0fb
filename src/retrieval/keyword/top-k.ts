export interface Hit {
  /** Index of the segment among the searched ones. */
  readonly segment: number;
  /** Document's number within its segment. */
  readonly doc: number;
  readonly score: number;
}

/**
 * Keeps the k best hits. Offer them in ascending order of segment and document: of equal scores the earlier stays,
 * so that results never depend on luck.
 */
export class TopK {
  readonly #limit: number;
  /** Heap with the worst hit on top. */
  readonly #heap: Hit[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Scores at or below this cannot enter any more. */
  get threshold(): number {
    return this.#heap.length < this.#limit ? Number.NEGATIVE_INFINITY : (this.#heap[0]?.score ?? Infinity);
  }

  offer(segment: number, doc: number, score: number): void {
    if (score <= this.threshold) return;
    const hit = { segment, doc, score };
    if (this.#heap.length < this.#limit) this.#push(hit);
    else this.#replaceTop(hit);
  }

  /** Best first. */
  take(): Hit[] {
    return [...this.#heap].sort(byRank);
  }

  #push(hit: Hit): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(hit);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (byRank(heap[at]!, heap[parent]!) <= 0) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  #replaceTop(hit: Hit): void {
    const heap = this.#heap;
    heap[0] = hit;
    let at = 0;
    for (;;) {
      const worst = this.#worstOf(at, 2 * at + 1, 2 * at + 2);
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst]!, heap[at]!];
      at = worst;
    }
  }

  #worstOf(parent: number, left: number, right: number): number {
    const heap = this.#heap;
    let worst = parent;
    if (left < heap.length && byRank(heap[left]!, heap[worst]!) > 0) worst = left;
    if (right < heap.length && byRank(heap[right]!, heap[worst]!) > 0) worst = right;
    return worst;
  }
}

/** Negative when `a` ranks before `b`. */
function byRank(a: Hit, b: Hit): number {
  return b.score - a.score || a.segment - b.segment || a.doc - b.doc;
}

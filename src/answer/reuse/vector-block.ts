/**
 * Vectors of one length, one after the other, in one block that doubles as it fills:
 *
 *     row 0         row 1         row 2
 *     ├─ dims ──────┼─ dims ──────┼─ dims ──────┼ free …
 *
 * A row that goes is replaced by the last one, so that the block has no holes and a scan no branches.
 */
export class VectorBlock {
  readonly dimensions: number;
  #values: Float32Array;
  #rows = 0;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#values = new Float32Array(dimensions * FIRST_ROWS);
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#values.byteLength;
  }

  /** Gives the new row's number. */
  push(vector: Float32Array): number {
    if ((this.#rows + 1) * this.dimensions > this.#values.length) this.#grow();
    this.#values.set(vector, this.#rows * this.dimensions);
    return this.#rows++;
  }

  /** Row `row` becomes what the last row was. */
  remove(row: number): void {
    const last = --this.#rows;
    this.#values.copyWithin(row * this.dimensions, last * this.dimensions, (last + 1) * this.dimensions);
  }

  /** The dot product of each row with `query`. */
  dots(query: Float32Array): Float32Array {
    const used = usedComponents(query);
    const products = new Float32Array(this.#rows);
    if (used.length * SPARSE_SHARE <= this.dimensions) this.#sparseDots(query, used, products);
    else this.#denseDots(query, products);
    return products;
  }

  /** Vectors of hashed features are mostly zeros; what is zero in the query adds nothing to any product. */
  #sparseDots(query: Float32Array, used: Uint32Array, products: Float32Array): void {
    const values = this.#values;
    for (let row = 0, start = 0; row < this.#rows; row++, start += this.dimensions) {
      let sum = 0;
      for (let at = 0; at < used.length; at++) {
        const component = used[at]!;
        sum += values[start + component]! * query[component]!;
      }
      products[row] = sum;
    }
  }

  /** Four rows at once: each component of the query is read and widened once for all of them. */
  #denseDots(query: Float32Array, products: Float32Array): void {
    const [values, size] = [this.#values, this.dimensions];
    const fours = this.#rows - (this.#rows % 4);
    for (let row = 0; row < fours; row += 4) {
      const start = row * size;
      let [first, second, third, fourth] = [0, 0, 0, 0];
      for (let at = 0; at < size; at++) {
        const value = query[at]!;
        const place = start + at;
        first += values[place]! * value;
        second += values[place + size]! * value;
        third += values[place + 2 * size]! * value;
        fourth += values[place + 3 * size]! * value;
      }
      products[row] = first;
      products[row + 1] = second;
      products[row + 2] = third;
      products[row + 3] = fourth;
    }
    for (let row = fours; row < this.#rows; row++) products[row] = this.#dot(row, query);
  }

  #dot(row: number, query: Float32Array): number {
    const start = row * this.dimensions;
    let sum = 0;
    for (let at = 0; at < this.dimensions; at++) sum += this.#values[start + at]! * query[at]!;
    return sum;
  }

  #grow(): void {
    const grown = new Float32Array(this.#values.length * 2);
    grown.set(this.#values);
    this.#values = grown;
  }
}

const FIRST_ROWS = 16;

/** Below one component in so many, jumping between them is faster than reading all. */
const SPARSE_SHARE = 3;

function usedComponents(query: Float32Array): Uint32Array {
  const used = new Uint32Array(query.length);
  let count = 0;
  for (let at = 0; at < query.length; at++) if (query[at] !== 0) used[count++] = at;
  return used.subarray(0, count);
}

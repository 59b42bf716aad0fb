interface Chunk {
  readonly id?: string;
  concat?(next: unknown): Chunk;
}

interface Told {
  readonly event: string;
  readonly data: unknown;
}

/** Messages whose beginning is remembered at a time: those that are being written. */
const LIMIT = 1_000;

/** The mode `messages`: each message as far as it is written, and once more when it is whole. */
export class WholeMessages {
  readonly #partial = new Map<string, Chunk>();
  readonly #complete = new Set<string>();

  /** A piece of a message with what is known about it. */
  add(data: unknown): Told[] {
    const [chunk, metadata] = data as [Chunk, unknown];
    const { id } = chunk;
    if (id === undefined) return [];
    const before = this.#partial.get(id);
    const whole = before?.concat === undefined ? chunk : before.concat(chunk);
    if (this.#partial.size < LIMIT || before !== undefined) this.#partial.set(id, whole);
    const first = { event: 'messages/metadata', data: { [id]: { metadata } } };
    return [...(before === undefined ? [first] : []), { event: 'messages/partial', data: [whole] }];
  }

  /** A state: its messages are whole. */
  end(values: unknown): Told[] {
    const messages = (values as { messages?: unknown } | null)?.messages;
    const fresh = (Array.isArray(messages) ? (messages as Chunk[]) : []).filter(
      ({ id }) => id !== undefined && !this.#complete.has(id),
    );
    for (const { id } of fresh) {
      this.#complete.add(id as string);
      this.#partial.delete(id as string);
    }
    return fresh.length === 0 ? [] : [{ event: 'messages/complete', data: fresh }];
  }
}

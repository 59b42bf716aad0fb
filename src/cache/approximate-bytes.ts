/** V8's sizes on 64 bits, rounded up: an object with its header and place, a field or element, a boxed number. */
const OBJECT_BYTES = 56;
const SLOT_BYTES = 16;
const TEXT_BYTES = 24;
/** Beyond so many parts the rest is taken to be like what was seen: counting must not cost more than computing. */
const MAX_PARTS = 10_000;

/** About how many bytes a value takes in memory. Counts what is reached twice once. */
export function approximateBytes(value: unknown): number {
  const seen = new Set<object>();
  const waiting: unknown[] = [value];
  let [bytes, parts] = [0, 0];
  while (waiting.length > 0 && parts++ < MAX_PARTS) {
    const part = waiting.pop();
    if (typeof part === 'string') bytes += TEXT_BYTES + 2 * part.length;
    else if (typeof part !== 'object' || part === null) bytes += SLOT_BYTES;
    else if (ArrayBuffer.isView(part)) bytes += OBJECT_BYTES + part.byteLength;
    else if (!seen.has(part)) {
      seen.add(part);
      bytes += OBJECT_BYTES;
      for (const inner of partsOf(part)) {
        bytes += SLOT_BYTES;
        waiting.push(inner);
      }
    }
  }
  return Math.ceil((bytes * (parts + waiting.length)) / Math.max(1, parts));
}

function partsOf(part: object): Iterable<unknown> {
  if (part instanceof Map) return [...part].flat();
  return part instanceof Set ? part : Object.values(part);
}

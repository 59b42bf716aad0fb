import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Never waits for a FIFO's other end and never follows a link in the last place (where the system knows these). */
const SAFE_OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

export type FileContent =
  | { readonly kind: 'content'; readonly bytes: Uint8Array }
  | { readonly kind: 'special' }
  | { readonly kind: 'too-large' };

/**
 * Reads a regular file whole, never more than `limitBytes` of it. Anything else that has the name (FIFO, socket,
 * device, folder) is `special`. A file that fits into `spare` is read into it, and is only good until that is used
 * again. Throws what the system throws.
 */
export function readRegularFile(path: string, limitBytes: number, spare?: Uint8Array): FileContent {
  const file = openSync(path, SAFE_OPEN_FLAGS);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) return { kind: 'special' };
    if (status.size > limitBytes) return { kind: 'too-large' };
    const fits = spare !== undefined && status.size < spare.length;
    return readToEnd(file, fits ? spare : new Uint8Array(status.size + 1), limitBytes);
  } finally {
    closeSync(file);
  }
}

/** The buffer's size is a hint only: the file may grow or shrink while it is read. */
function readToEnd(file: number, expected: Uint8Array, limitBytes: number): FileContent {
  let buffer = expected;
  let length = 0;
  for (;;) {
    const read = readSync(file, buffer, length, buffer.length - length, length);
    length += read;
    if (length > limitBytes) return { kind: 'too-large' };
    if (read === 0) return { kind: 'content', bytes: buffer.subarray(0, length) };
    if (length === buffer.length) buffer = grow(buffer, limitBytes);
  }
}

function grow(buffer: Uint8Array, limitBytes: number): Uint8Array {
  const larger = new Uint8Array(Math.min(buffer.length * 2 + 4096, limitBytes + 1));
  larger.set(buffer);
  return larger;
}

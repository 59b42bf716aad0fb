import type { Ending } from './faults/index.js';

/**
 * An answer as bytes that are ready for the socket: HTTP chunks with their framing, in one buffer, so that any
 * number of frames that are due together is one slice and one write.
 *
 *   bytes  "b5\r\ndata: …\n\n\r\n" "9a\r\ndata: …" …
 *           └──── frame 0 ───────┘ └── frame 1 ──
 *   ends                          ▲ ends[0]       ▲ ends[1]
 */
export interface Script {
  readonly bytes: Buffer;
  /** Where each frame ends. */
  readonly ends: Uint32Array;
  readonly ending: Ending;
}

/** Frames as HTTP chunks. `cut` makes several chunks of a frame. Empty frames stay, so that times do not shift. */
export function buildScript(
  frames: readonly string[],
  ending: Ending,
  cut: (frame: Buffer) => Buffer[] = (frame) => [frame],
): Script {
  const parts: Buffer[] = [];
  const ends = new Uint32Array(frames.length);
  let length = 0;
  frames.forEach((frame, index) => {
    for (const piece of cut(Buffer.from(frame))) {
      const chunk = chunkOf(piece);
      parts.push(chunk);
      length += chunk.byteLength;
    }
    ends[index] = length;
  });
  return { bytes: Buffer.concat(parts, length), ends, ending };
}

/** An empty chunk would end the body; it becomes nothing. */
function chunkOf(piece: Buffer): Buffer {
  if (piece.byteLength === 0) return piece;
  return Buffer.concat([Buffer.from(`${piece.byteLength.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
}

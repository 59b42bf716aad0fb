import * as zlib from 'node:zlib';

/** How a body is packed; the number is stored with it. */
export const COMPRESSION = { none: 0, zstd: 1, brotli: 2 } as const;
export type Compression = (typeof COMPRESSION)[keyof typeof COMPRESSION];

/** Smaller bodies are not worth the time. */
const MIN_BYTES = 1_024;
/** A body stays as it is unless it shrinks below this share of its size: reading is then cheaper. */
const WORTHWHILE_RATIO = 0.9;
/** Nothing that a cache holds unpacks to more; guards against a forged or torn length. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

type Transform = (bytes: Uint8Array, options?: { readonly maxOutputLength: number }) => Buffer;

/** Absent before Node 22.15. */
const { zstdCompressSync, zstdDecompressSync } = zlib as {
  readonly zstdCompressSync?: Transform;
  readonly zstdDecompressSync?: Transform;
};

export interface Packed {
  readonly compression: Compression;
  readonly bytes: Uint8Array;
}

/** zstd where Node has it, else brotli at quality 1: both about 300 MB/s, and brotli is read by every Node. */
export function compress(bytes: Uint8Array): Packed {
  if (bytes.byteLength <= MIN_BYTES) return { compression: COMPRESSION.none, bytes };
  const packed = zstdCompressSync
    ? { compression: COMPRESSION.zstd, bytes: zstdCompressSync(bytes) }
    : { compression: COMPRESSION.brotli, bytes: brotli(bytes) };
  return packed.bytes.byteLength < WORTHWHILE_RATIO * bytes.byteLength
    ? packed
    : { compression: COMPRESSION.none, bytes };
}

/** Throws when the bytes are damaged or of a kind that this Node cannot read. */
export function decompress({ compression, bytes }: Packed): Uint8Array {
  const options = { maxOutputLength: MAX_UNPACKED_BYTES };
  switch (compression) {
    case COMPRESSION.none:
      return bytes;
    case COMPRESSION.brotli:
      return zlib.brotliDecompressSync(bytes, options);
    case COMPRESSION.zstd:
      if (zstdDecompressSync === undefined) throw new RangeError('this Node does not read zstd');
      return zstdDecompressSync(bytes, options);
  }
}

export function isCompression(number: number): number is Compression {
  return number >= COMPRESSION.none && number <= COMPRESSION.brotli;
}

function brotli(bytes: Uint8Array): Buffer {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  return zlib.brotliCompressSync(bytes, {
    params: { [BROTLI_PARAM_QUALITY]: 1, [BROTLI_PARAM_SIZE_HINT]: bytes.byteLength },
  });
}

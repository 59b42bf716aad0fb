/** One bit a document: bit `doc & 7` of byte `doc >> 3`. */
export type Bitmap = Uint8Array;

export function newBitmap(docCount: number): Bitmap {
  return new Uint8Array((docCount + 7) >> 3);
}

/** False beyond the bitmap's end. */
export function hasBit(bitmap: Bitmap, doc: number): boolean {
  return ((bitmap[doc >> 3] ?? 0) & (1 << (doc & 7))) !== 0;
}

export function setBit(bitmap: Bitmap, doc: number): void {
  bitmap[doc >> 3]! |= 1 << (doc & 7);
}

/**
 * Puts characters together that a server cut in two: beyond U+FFFF, JSON escapes a character as two surrogates, and some
 * servers send them in two events. A half alone cannot be stored as UTF-8. One whose other half never comes is left out.
 */
export class HalfCharacters {
  /** By stream of text. */
  #halves: Map<string, string> | undefined;

  /** What can go on now of a piece of the stream named so. */
  join(stream: string, piece: string): string {
    const half = this.#halves?.get(stream);
    const endsInHalf = isFirstHalf(piece.charCodeAt(piece.length - 1));
    if (piece === '' || (half === undefined && !endsInHalf)) return piece;
    const whole = half !== undefined && isSecondHalf(piece.charCodeAt(0)) ? half + piece : piece;
    if (!endsInHalf) {
      this.#halves?.delete(stream);
      return whole;
    }
    this.#halves ??= new Map();
    this.#halves.set(stream, whole.slice(-1));
    return whole.slice(0, -1);
  }
}

function isFirstHalf(codeUnit: number): boolean {
  return codeUnit >= 0xd800 && codeUnit <= 0xdbff;
}

function isSecondHalf(codeUnit: number): boolean {
  return codeUnit >= 0xdc00 && codeUnit <= 0xdfff;
}

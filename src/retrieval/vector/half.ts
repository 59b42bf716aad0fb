/**
 * IEEE 754 half precision: 10 bits of fraction, so a component of a unit vector is off by 2^-11 of itself at most
 * and a cosine by less than 0.0005, at half the space of 32-bit floats.
 */
const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** Every half's value, by its bits: decoding is one look-up. 256 KB, made on first use. */
let decoded: Float32Array | undefined;

export function halfTable(): Float32Array {
  decoded ??= Float32Array.from({ length: 65_536 }, (_, half) => decodeHalf(half));
  return decoded;
}

function decodeHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Rounds to nearest, ties to even; too large becomes infinite. */
function encodeHalf(value: number): number {
  float[0] = value;
  const raw = bits[0]!;
  const sign = (raw >>> 16) & 0x8000;
  const magnitude = raw & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | roundEven(Math.abs(value) * 2 ** 24);
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** A vector as bytes, 2 a component, little-endian. */
export function toHalves(vector: Float32Array): Uint8Array {
  const halves = new Uint16Array(vector.length);
  for (let at = 0; at < vector.length; at++) halves[at] = encodeHalf(vector[at]!);
  return new Uint8Array(halves.buffer);
}

/** The inverse of `toHalves`, of rounded values. */
export function fromHalves(bytes: Uint8Array): Float32Array {
  const table = halfTable();
  const halves = alignedHalves(bytes);
  return Float32Array.from(halves, (half) => table[half]!);
}

/** Views the bytes as 16-bit words, copied only when they start at an odd address. */
export function alignedHalves(bytes: Uint8Array): Uint16Array {
  if (bytes.byteOffset % 2 === 0)
    return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
  // A Buffer's own `slice` would not copy.
  return new Uint16Array(new Uint8Array(bytes).buffer);
}

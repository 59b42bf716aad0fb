import { isDeepStrictEqual } from 'node:util';

/** Whether metadata has all the values that are wanted. */
export function hasMetadata(
  metadata: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(metadata[key], value));
}

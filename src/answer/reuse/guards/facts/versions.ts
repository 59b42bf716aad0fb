import type { FactScanner } from './scanner.js';

const SPELLED =
  /(?<![\p{L}\p{N}])(?:version|ver|release|버전|v)\.?\s?(\d+(?:\.\d+){0,3})(?![\p{Script=Latin}\p{N}])/giu;
const KOREAN = /(?<![\p{L}\p{N}])(\d+(?:\.\d+){0,3})\s?(?:버전|버젼)/gu;
const DOTTED = /(?<![\p{L}\p{N}.])(\d+\.\d+\.\d+(?:\.\d+)?)(?![\p{Script=Latin}\p{N}])/gu;

/** Takes versions, without the zeros at their end: `v2.0` is `2`. */
export function takeVersions(scanner: FactScanner): string[] {
  return [SPELLED, KOREAN, DOTTED].flatMap((pattern) =>
    scanner.take(pattern, ([, version]) => version!.replace(/(?:\.0+)+$/, '')),
  );
}

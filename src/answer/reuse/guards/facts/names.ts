import type { FactScanner } from './scanner.js';

const URL = /\bhttps?:\/\/[^\s"'<>]+|\bwww\.[^\s"'<>]+/giu;
const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const QUOTED = /"([^"]{1,80})"|`([^`]{1,80})`|(?<![\p{L}\p{N}])'([^']{1,80})'(?![\p{L}\p{N}])/gu;
const PATH = /(?<![\p{L}\p{N}])(?:~|\.{0,2})?(?:\/[\p{L}\p{N}._-]+){2,}\/?|\b[A-Z]:\\[^\s]+/giu;
/** Letters and digits in one word, or with an underscore: product and error codes, variables. Not `3rd` or `5kg`. */
const CODE =
  /(?<![\p{L}\p{N}])(?=[\p{L}\p{N}_-]*\p{N})(?=[\p{L}\p{N}_-]*[A-Za-z])[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*|(?<![\p{L}\p{N}])\d+[A-Z]{2,}[A-Za-z0-9]*|(?<![\p{L}\p{N}])[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+/gu;

/** Takes what is written exactly or not at all: addresses, paths and quoted words. */
export function takeExactNames(scanner: FactScanner): string[] {
  return [
    ...scanner.take(URL, ([url]) => url!.toLowerCase().replace(/^https?:\/\/|\/$|[?.,]$/g, '')),
    ...scanner.take(EMAIL, ([email]) => email!.toLowerCase()),
    ...scanner.take(PATH, ([path]) => path!.toLowerCase()),
    ...scanner.take(QUOTED, ([, ...texts]) => textOf(texts)),
  ];
}

const LANGUAGE = /(?<![\p{L}\p{N}])(?:[A-Za-z](?:\+\+|[+*])|[CFcfJj]#|\.NET)(?![\p{L}\p{N}])/gu;

/** Takes codes; to be asked after amounts and dates, which may be written like codes. */
export function takeCodes(scanner: FactScanner): string[] {
  return [
    ...scanner.take(LANGUAGE, ([language]) => language!.toLowerCase()),
    ...scanner.take(CODE, ([code]) => code!.toLowerCase().replaceAll(/[-_]/g, '')),
  ];
}

function textOf(texts: readonly (string | undefined)[]): string | undefined {
  const text = texts
    .find((candidate) => candidate !== undefined)
    ?.toLowerCase()
    .trim();
  return text === '' ? undefined : text;
}

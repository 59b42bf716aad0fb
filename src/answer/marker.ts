/** A citation as a model wrote it. */
export interface Marker {
  /** The space before it, if any; it goes when the marker goes. */
  readonly space: '' | ' ';
  /** The numbers, ranges written out, each once. */
  readonly numbers: readonly number[];
}

const LONGEST = 40;
const LONGEST_RANGE = 20;

/** ` [1, 2-4`, ` 【3†so`: what may still become a marker. */
const UNFINISHED = /^ ?(?:[[［](?: ?\d[\d ,;，、–-]*)?|【(?: ?\d[^】\n]*)?)? ?$/;
const LIST = /^\s*\d{1,3}(?:\s*[-–]\s*\d{1,3})?(?:\s*[,;，、]\s*\d{1,3}(?:\s*[-–]\s*\d{1,3})?)*\s*$/;
/** OpenAI's file search writes `【4:0†guide.md】`: message and number, then a name. */
const DAGGER = /^\s*(\d{1,3})(?::\d{1,3})?†/;

/** True when `character` can follow `pending` in a marker that is not over yet. `pending` may be empty. */
export function canContinue(pending: string, character: string): boolean {
  if (isClosed(pending) || pending.length >= LONGEST) return false;
  const next = pending + character;
  return UNFINISHED.test(next) || (isClosed(next) && readMarker(next) !== undefined);
}

/** The marker that `text` is, or undefined when it is something else. */
export function readMarker(text: string): Marker | undefined {
  if (!isClosed(text)) return undefined;
  const space = text.startsWith(' ') ? ' ' : '';
  const inner = text.slice(space.length + 1, -1);
  const dagger = DAGGER.exec(inner)?.[1];
  if (dagger !== undefined) return { space, numbers: [Number(dagger)] };
  return LIST.test(inner) ? { space, numbers: numbersOf(inner) } : undefined;
}

function isClosed(text: string): boolean {
  return /^ ?(?:[[［].*[\]］]|【.*】)$/.test(text);
}

function numbersOf(list: string): number[] {
  return [...new Set(list.split(/[,;，、]/).flatMap(rangeOf))];
}

/** `2-4` as 2, 3, 4; a range that runs backwards or too far is taken by its ends. */
function rangeOf(item: string): number[] {
  const [from = 0, to = from] = item.split(/[-–]/).map(Number);
  if (to < from || to - from > LONGEST_RANGE) return [from, to];
  return Array.from({ length: to - from + 1 }, (_, step) => from + step);
}

/** Deeper nesting than this is cut: nothing that people wrote goes so far, and recursion must end. */
const MAX_DEPTH = 64;

/**
 * The records of a JSON value, each as a paragraph: the elements of a list, or an object's own values first and then
 * the elements of each list of objects in it.
 */
export function* recordTexts(value: unknown): Generator<string> {
  if (isObjectList(value)) for (const element of value) yield* paragraph(objectLines(element));
  else if (isObject(value)) yield* objectTexts(Object.entries(value));
  else yield* paragraph(objectLines(value));
}

function* objectTexts(entries: readonly [string, unknown][]): Generator<string> {
  yield* paragraph(entries.flatMap(([key, part]) => (isObjectList(part) ? [] : [...objectLines(part, key)])));
  for (const [key, part] of entries) {
    if (isObjectList(part)) for (const element of part) yield* paragraph(objectLines(element, key));
  }
}

/** `path: value` lines; a list of plain values is one line, null and empty values are left out. */
export function* objectLines(value: unknown, path = '', depth = 0): Generator<string> {
  if (value === null || value === undefined || value === '' || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) yield* listLines(value, path, depth);
  else if (isObject(value)) {
    for (const [key, part] of Object.entries(value))
      yield* objectLines(part, path === '' ? key : `${path}.${key}`, depth + 1);
  } else yield line(path, String(value));
}

function* listLines(list: readonly unknown[], path: string, depth: number): Generator<string> {
  const plain = list.filter((element) => typeof element !== 'object');
  if (plain.length > 0) yield line(path, plain.join(', '));
  for (const element of list) if (typeof element === 'object') yield* objectLines(element, path, depth + 1);
}

function line(path: string, value: string): string {
  const text = value.trim();
  return path === '' ? text : `${path}: ${text}`;
}

function* paragraph(lines: Iterable<string>): Generator<string> {
  const text = [...lines].join('\n');
  if (text !== '') yield text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isObjectList(value: unknown): value is readonly Record<string, unknown>[] {
  return Array.isArray(value) && value.some(isObject);
}

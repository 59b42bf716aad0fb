import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { NaraeError } from '../../../core/index.js';

/** More would only be a longer run; 8 MB of times. */
const ARRIVALS_LIMIT = 1_000_000;
const LINE_LIMIT_CHARACTERS = 10_000_000;

/** Names of the column or field that holds the time, lower case, the likelier first. */
const TIME_FIELDS = ['timestamp', 'timestamp_ms', 'time', 'time_ms', 'arrival', 'arrival_time', 'ts'];

export interface TraceOptions {
  /** What plain numbers count; dates need no unit. */
  readonly unit: 'ms' | 's';
}

/**
 * Reads arrival times from a CSV file with a header, or from JSON Lines, gzipped or not: numbers, or dates such as
 * `2023-11-16 18:15:46.68`. Returns them sorted, in milliseconds from the first, at most 1,000,000.
 * Rejects with `file_not_found`, `file_unreadable` or `file_malformed`, which names the line.
 */
export async function readTrace(path: string, { unit }: TraceOptions): Promise<Float64Array> {
  const times: number[] = [];
  let read: ((line: string) => unknown) | undefined;
  let number = 0;
  for await (const text of linesOf(path)) {
    // A byte order mark counts as white space.
    const line = text.trim();
    number++;
    if (line === '') continue;
    if (!read) {
      read = readerFor(path, line);
      if (!line.startsWith('{')) continue;
    }
    times.push(toMs(read(line), unit, path, number));
    if (times.length === ARRIVALS_LIMIT) break;
  }
  if (times.length === 0) throw malformed(path, 'it holds no times');
  return fromFirst(times);
}

function fromFirst(times: readonly number[]): Float64Array {
  const sorted = Float64Array.from(times).sort();
  const first = sorted[0] as number;
  return sorted.map((time) => time - first);
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  // A pipe does not pass errors on.
  if (input !== file) file.on('error', (error) => input.destroy(error));
  const decoder = new StringDecoder('utf8');
  let pending = '';
  try {
    for await (const bytes of input as AsyncIterable<Buffer>) {
      const lines = (pending + decoder.write(bytes)).split(/\r?\n/);
      pending = lines.pop() ?? '';
      if (pending.length > LINE_LIMIT_CHARACTERS) throw malformed(path, 'it has a line without end');
      yield* lines;
    }
    yield pending + decoder.end();
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    file.destroy();
  }
}

/** How to get the time out of a line, from the first line of the file. */
function readerFor(path: string, first: string): (line: string) => unknown {
  if (first.startsWith('{')) return (line) => fieldOf(parseRecord(line));
  const columns = splitCsv(first).map((name) => name.trim().toLowerCase());
  const name = TIME_FIELDS.find((field) => columns.includes(field));
  if (name === undefined)
    throw malformed(path, `its first line names no time column (${TIME_FIELDS.join(', ')})`);
  const column = columns.indexOf(name);
  return (line) => splitCsv(line)[column];
}

/** An empty record, which has no time, for a line that is no JSON object. */
function parseRecord(line: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(line)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function fieldOf(record: Readonly<Record<string, unknown>>): unknown {
  const byName = new Map(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
  const name = TIME_FIELDS.find((field) => byName.has(field));
  return name === undefined ? undefined : byName.get(name);
}

/** The cells of a line; quotes protect commas. Traces have no cells of several lines. */
function splitCsv(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return (line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? []).map((cell) =>
    cell
      .replace(/,$/, '')
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"'),
  );
}

function toMs(value: unknown, unit: TraceOptions['unit'], path: string, line: number): number {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  const ms = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)
    ? Number(text) * (unit === 's' ? 1000 : 1)
    : dateMs(text);
  if (Number.isFinite(ms)) return ms;
  throw malformed(path, `line ${line} has no time`);
}

/** Dates without a zone count as UTC; only their distances matter. Fractions may be longer than milliseconds. */
function dateMs(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  if (!match) return Number.NaN;
  const [, day, time, fraction = '', zone = 'Z'] = match;
  return Date.parse(`${day}T${time}${zone}`) + Number(`0${fraction}`) * 1000;
}

function malformed(path: string, reason: string): NaraeError {
  return new NaraeError('file_malformed', { values: { source: path, reason } });
}

function unreadable(path: string, cause: unknown): unknown {
  if (cause instanceof NaraeError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new NaraeError('file_not_found', { values: { path }, cause });
  if (code?.startsWith('Z_')) return malformed(path, 'its compressed data is cut short or damaged');
  const reason = code ?? String(cause);
  return new NaraeError('file_unreadable', { values: { source: path, reason }, cause });
}

import { readFile } from 'node:fs/promises';

/** What a server has open before anybody asks: databases, index files, threads. Measured with a small index: 49. */
const OWN_FILES = 64;
/** The client's connection and the one to the model's server. */
const FILES_PER_STREAM = 2;
/** Room for fewer streams than this is most likely an oversight, unless `server.maxConnections` asks for no more. */
const EXPECTED_STREAMS = 1000;

/**
 * How many files a process started like this one may have open; undefined where the system sets no limit or does not
 * tell. Node raises the soft limit to the hard one at its start, so this is what counts, not what `ulimit -S` says.
 */
export async function openFileLimit(): Promise<number | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  return parseOpenFileLimit(limits);
}

/** Reads the soft limit from the text of `/proc/self/limits`. */
export function parseOpenFileLimit(limits: string): number | undefined {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/** About how many answers can be streamed at once. */
export function streamsWithin(limit: number): number {
  return Math.max(0, Math.floor((limit - OWN_FILES) / FILES_PER_STREAM));
}

/** What to say about a limit that is too low for a server of `maxConnections`; undefined when it is not. */
export function fewFilesWarning(limit: number, maxConnections: number): string | undefined {
  const streams = streamsWithin(limit);
  if (streams >= Math.min(maxConnections, EXPECTED_STREAMS)) return undefined;
  return (
    `A process may have ${limit} files open here, room for about ${streams} streams at once: beyond that, ` +
    'connections are dropped unanswered and calls of the model are refused (overloaded). ' +
    'Raise it: ulimit -n 65536, or LimitNOFILE=65536 in a systemd unit'
  );
}

/** Commands whose first argument is no key. */
const KEYLESS = new Set(
  'PING ECHO PUBLISH INFO TIME DBSIZE SCRIPT CONFIG CLIENT CLUSTER SCAN FLUSHALL FLUSHDB WAIT'.split(' '),
);
/** Commands that name a part of themselves first: `OBJECT FREQ key`. */
const WITH_PART = new Set('OBJECT XINFO XGROUP MEMORY BITOP'.split(' '));
const SCRIPTS = new Set('EVAL EVALSHA EVAL_RO EVALSHA_RO FCALL FCALL_RO'.split(' '));
const STREAM_READS = new Set(['XREAD', 'XREADGROUP']);

/** The key by which a cluster finds a command's node; undefined where any node will do. */
export function commandKey(args: readonly (string | Buffer)[]): string | Buffer | undefined {
  const name = String(args[0]).toUpperCase();
  if (KEYLESS.has(name)) return undefined;
  if (SCRIPTS.has(name)) return args[2] === '0' ? undefined : args[3];
  if (WITH_PART.has(name)) return args[2];
  if (STREAM_READS.has(name))
    return args[args.findIndex((arg) => String(arg).toUpperCase() === 'STREAMS') + 1];
  return args[1];
}

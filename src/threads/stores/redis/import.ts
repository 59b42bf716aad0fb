import type { RedisArgument, RedisReply } from '../../../redis/spec.js';
import { TURN_HEADER_BYTES } from './lua.js';
import { list, payloadBytesOf } from './replies.js';

/** Turns as a script exported them (newest first), as the arguments of the script that imports them. */
export function importArguments(turns: RedisReply): RedisArgument[] {
  const pairs = pairsOf(list(turns)).reverse();
  const sum = (bytesOf: (value: Buffer) => number): number =>
    pairs.reduce((total, [, value]) => total + bytesOf(value), 0);
  return [
    sum(payloadBytesOf),
    sum((value) => Math.max(value.length - TURN_HEADER_BYTES, 0)),
    sum((value) => (value[TURN_HEADER_BYTES + 1] === 1 ? 1 : 0)),
    ...pairs.flat(),
  ];
}

function pairsOf(items: readonly RedisReply[]): [sequence: number, value: Buffer][] {
  return Array.from({ length: items.length / 2 }, (_, at) => [
    Number(items[at * 2]),
    items[at * 2 + 1] as Buffer,
  ]);
}

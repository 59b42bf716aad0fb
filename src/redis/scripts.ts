import { createHash } from 'node:crypto';
import { isUnknownScript } from './errors.js';
import type { RedisCommand, RedisReply, RedisScript } from './spec.js';

const HASHES = new WeakMap<RedisScript, string>();

/** Runs a script by its hash, and in full where the server does not know it, which teaches the server. */
export async function runScript(
  script: RedisScript,
  rest: readonly (string | Buffer | number)[],
  call: (command: RedisCommand) => Promise<RedisReply>,
): Promise<RedisReply> {
  try {
    return await call(['EVALSHA', hashOf(script), ...rest]);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return call(['EVAL', script.lua, ...rest]);
  }
}

function hashOf(script: RedisScript): string {
  const known = HASHES.get(script);
  if (known !== undefined) return known;
  const hash = createHash('sha1').update(script.lua).digest('hex');
  HASHES.set(script, hash);
  return hash;
}

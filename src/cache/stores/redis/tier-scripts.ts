import type { RedisScript } from '../../../redis/spec.js';
import { LIFE_OFFSET_BYTES } from '../../record-frame.js';

/** Clocks of nodes may differ by so much before an entry is taken off its tags too early. */
const CLOCK_SKEW_MS = 60_000;

/** The tags at the end of a value (see tagged-frame.ts), as a table. */
const TAGS_OF = `
local function tags_of(key)
  local tail = redis.call('GETRANGE', key, -4, -1)
  if #tail < 4 then return {} end
  local size = struct.unpack('>I4', tail)
  if size == 0 then return {} end
  return cjson.decode(redis.call('GETRANGE', key, -4 - size, -5))
end`;

/** Puts an id on a tag for as long as the entry lives, and takes the dead off it, so that it cannot grow for ever. */
const TAG = `
local function tag(key, id, keep_until, ttl)
  redis.call('ZADD', key, keep_until, id)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', keep_until - ttl - ${CLOCK_SKEW_MS})
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end
end`;

/** KEYS: entry, its tags. ARGV: value, ttl in ms, end of its life in ms since the epoch, escaped id. */
export const WRITE_TAGGED: RedisScript = {
  name: 'cache-write-tagged',
  lua: `${TAG}
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
for at = 2, #KEYS do tag(KEYS[at], ARGV[4], tonumber(ARGV[3]), tonumber(ARGV[2])) end
return 1`,
};

/** KEYS: entry. ARGV: 20 bytes of life, ttl in ms, end of its life, escaped id, what its tags' keys begin with. */
export const TOUCH: RedisScript = {
  name: 'cache-touch',
  lua: `${TAGS_OF}${TAG}
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('SETRANGE', KEYS[1], ${LIFE_OFFSET_BYTES}, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
for _, name in ipairs(tags_of(KEYS[1])) do
  tag(ARGV[5] .. name, ARGV[4], tonumber(ARGV[3]), tonumber(ARGV[2]))
end
return 1`,
};

/**
 * KEYS: tag. ARGV: what the entries' keys begin with, escaped tag, most to look at. Drops what still carries the tag:
 * an entry may have been replaced since by one without. Gives how many were dropped and how many are left to look at.
 */
export const DROP_TAGGED: RedisScript = {
  name: 'cache-drop-tagged',
  lua: `${TAGS_OF}
local ids = redis.call('ZRANGE', KEYS[1], 0, ARGV[3] - 1)
local dropped = 0
for _, id in ipairs(ids) do
  for _, name in ipairs(tags_of(ARGV[1] .. id)) do
    if name == ARGV[2] then dropped = dropped + redis.call('DEL', ARGV[1] .. id) end
  end
end
if #ids > 0 then redis.call('ZREM', KEYS[1], unpack(ids)) end
return {dropped, redis.call('ZCARD', KEYS[1])}`,
};

/** KEYS: entry. ARGV: escaped tag. Drops the entry if it carries the tag. */
export const DROP_IF_TAGGED: RedisScript = {
  name: 'cache-drop-if-tagged',
  lua: `${TAGS_OF}
for _, name in ipairs(tags_of(KEYS[1])) do
  if name == ARGV[1] then return redis.call('DEL', KEYS[1]) end
end
return 0`,
};

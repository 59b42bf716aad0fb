import type { RedisScript } from '../spec.js';

/**
 * KEYS: lease, fence. ARGV: token, ttl in ms. Gives the fence as text, or the milliseconds that another still holds.
 * A fence is the one before plus one, but never below the server's time in ms: so it rises also over a server that
 * came back empty.
 */
export const ACQUIRE: RedisScript = {
  name: 'lease-acquire',
  lua: `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return redis.call('PTTL', KEYS[1])
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local fence = string.format('%.0f', math.max(last + 1, now))
redis.call('SET', KEYS[2], fence)
return fence`,
};

/** KEYS: lease. ARGV: token, ttl in ms. 1 when it is still ours. */
export const RENEW: RedisScript = {
  name: 'lease-renew',
  lua: `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
};

/** KEYS: lease. ARGV: token, channel. Frees it, if it is ours, and tells those who wait. */
export const RELEASE: RedisScript = {
  name: 'lease-release',
  lua: `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[2], 'free')
return 1`,
};

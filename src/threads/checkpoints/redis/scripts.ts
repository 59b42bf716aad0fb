import type { RedisScript } from '../../../redis/spec.js';
import { FRAME_FORMAT, REF_BYTES, REFS_OFFSET } from '../frame.js';
import { UUID_MARK } from './key-id.js';

/**
 * A record as it is stored: its stamp (8 bytes), how much smaller its base's is (4; 0: none), the base's id with its
 * length before it (2), the frame. Ids are those of `key-id.ts`; KEYS those of `CheckpointKeys.of`; stamps travel as
 * decimal text. Strings are compared byte by byte, as Lua would do it by the server's locale.
 */
const COMMON = `
local r, c, i, w = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local function text(stamp) return string.format('%.0f', stamp) end
local function place(ns, id) return 'r\\0' .. ns .. '\\0' .. id end
local function less(a, b)
  for k = 1, math.min(#a, #b) do
    local x, y = a:byte(k), b:byte(k)
    if x ~= y then return x < y end
  end
  return #a < #b
end
local function expire(ttl)
  if ttl == '' then return end
  local now = redis.call('TIME')
  local at = text(now[1] * 1000 + math.floor(now[2] / 1000) + ttl)
  for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, at) end
end
local function fetch(ns, id, stamp)
  local raw = redis.call('HGET', r, place(ns, id))
  if raw and (not stamp or text(struct.unpack('>d', raw)) == stamp) then return raw end
  return stamp and redis.call('HGET', r, 's\\0' .. stamp)
end
local function store(from)
  for k = from, #ARGV, 2 do redis.call('HSETNX', c, ARGV[k], ARGV[k + 1]) end
end
`;

/** ARGV: namespace, id, base's stamp and id ('' without one), '1' for a delta, ms to live or '', frame, contents. */
export const PUT: RedisScript = {
  name: 'checkpoint put',
  lua: `${COMMON}
local ns, id, base, baseId, delta, ttl, frame = unpack(ARGV, 1, 7)
if base ~= '' and not fetch(ns, baseId, base) then return false end
store(8)
local stamp = redis.call('HINCRBY', r, 'n', 1)
if stamp == 1 then
  -- A new thread starts where none of the same name has been: stamps that others remember must not fit again.
  local now = redis.call('TIME')
  stamp = now[1] * 1000000 + now[2]
  redis.call('HSET', r, 'n', text(stamp))
end
local old = redis.call('HGET', r, place(ns, id))
if old then
  redis.call('HSET', r, 's\\0' .. text(struct.unpack('>d', old)), old)
else
  local entry, at = id .. ns, -1
  local before = redis.call('LINDEX', i, at)
  while before and less(entry, before) do
    at = at - 1
    before = redis.call('LINDEX', i, at)
  end
  if at == -1 then redis.call('RPUSH', i, entry)
  elseif before then redis.call('LINSERT', i, 'AFTER', before, entry)
  else redis.call('LPUSH', i, entry) end
  local latest = redis.call('HGET', r, 'l\\0' .. ns)
  if not latest or less(latest, id) then redis.call('HSET', r, 'l\\0' .. ns, id) end
end
local below = 0
if delta == '1' then below = stamp - tonumber(base) else baseId = '' end
redis.call('HSET', r, place(ns, id), struct.pack('>dI4I2', stamp, below, #baseId) .. baseId .. frame)
expire(ttl)
return text(stamp)
`,
};

/** ARGV: namespace, id, ms to live or '', frame, contents. */
export const PUT_WRITES: RedisScript = {
  name: 'checkpoint writes',
  lua: `${COMMON}
local field = ARGV[1] .. '\\0' .. ARGV[2]
store(5)
local log = redis.call('HGET', w, field) or ''
redis.call('HSET', w, field, log .. struct.pack('>I4', #ARGV[4]) .. ARGV[4])
expire(ARGV[3])
`,
};

/** Gathers what frames refer to, level by level. */
const FOLLOW = `
local wanted, order = {}, {}
local function want(ref)
  if not wanted[ref] then wanted[ref] = true; order[#order + 1] = ref end
end
local function follow(raw, at)
  if #raw < at + ${REFS_OFFSET - 1} or raw:byte(at) ~= ${FRAME_FORMAT} then return end
  local first = at + ${REFS_OFFSET}
  local last = first + struct.unpack('>I4', raw, at + 6) * ${REF_BYTES} - 1
  if last > #raw then return end
  for from = first, last, ${REF_BYTES} do want(raw:sub(from, from + ${REF_BYTES - 1})) end
end
local function gather()
  local contents, from = {}, 1
  while from <= #order do
    local to = math.min(#order, from + 499)
    local found = redis.call('HMGET', c, unpack(order, from, to))
    for k = 1, to - from + 1 do
      if found[k] then
        contents[#contents + 1] = order[from + k - 1]
        contents[#contents + 1] = found[k]
        follow(found[k], 1)
      end
    end
    from = to + 1
  end
  return contents
end
`;

/**
 * ARGV: kind, namespace or '' (a page: of every namespace if the next is '0'), '1' or '0', id or '' (a page: only
 * before it), limit, then known stamps. Gives targets as namespace, id, stamp, writes; records as namespace, id, raw,
 * without a frame where it is known; contents as id, frame.
 */
export const LOAD: RedisScript = {
  name: 'checkpoint load',
  lua: `${COMMON}${FOLLOW}
local kind, ns, oneNs, id, limit = unpack(ARGV, 1, 5)
local known, seen, records, targets = {}, {}, {}, {}
for k = 6, #ARGV do known[ARGV[k]] = true end
local function walk(ns, id)
  local raw = fetch(ns, id)
  while raw do
    local stamp, below, length = struct.unpack('>dI4I2', raw)
    local key = text(stamp)
    if seen[key] then return end
    seen[key] = true
    local isKnown = known[key]
    if not isKnown then follow(raw, 15 + length) end
    records[#records + 1] = ns
    records[#records + 1] = id
    records[#records + 1] = isKnown and raw:sub(1, 14 + length) or raw
    if isKnown or below == 0 or known[text(stamp - below)] then return end
    id = raw:sub(15, 14 + length)
    raw = fetch(ns, id, text(stamp - below))
  end
end
local function add(ns, id)
  local raw = redis.call('HGET', r, place(ns, id))
  if not raw then return end
  local log = redis.call('HGET', w, ns .. '\\0' .. id) or ''
  for _, part in ipairs({ ns, id, text(struct.unpack('>d', raw)), log }) do targets[#targets + 1] = part end
  walk(ns, id)
  local at = 1
  while at + 3 <= #log do
    follow(log, at + 4)
    at = at + 4 + struct.unpack('>I4', log, at)
  end
end
if kind == 'latest' then
  local latest = redis.call('HGET', r, 'l\\0' .. ns)
  if latest then add(ns, latest) end
elseif kind == 'one' then
  add(ns, id)
else
  local left, to = tonumber(limit), -1
  while left > 0 do
    local entries = redis.call('LRANGE', i, to - 127, to)
    for k = #entries, 1, -1 do
      local size = entries[k]:byte() == ${UUID_MARK} and 17 or string.find(entries[k], '%z')
      local entryId, entryNs = entries[k]:sub(1, size), entries[k]:sub(size + 1)
      if left > 0 and (oneNs == '0' or entryNs == ns) and (id == '' or less(entryId, id)) then
        add(entryNs, entryId)
        left = left - 1
      end
    end
    if #entries < 128 then break end
    to = to - 128
  end
end
return { targets, records, gather() }
`,
};

/** ARGV: ids of contents. Gives id, frame of those that are there and of what they refer to. */
export const CONTENTS: RedisScript = {
  name: 'checkpoint contents',
  lua: `${COMMON}${FOLLOW}
for _, ref in ipairs(ARGV) do want(ref) end
return gather()
`,
};

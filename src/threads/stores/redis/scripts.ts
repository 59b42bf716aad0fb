import type { RedisScript } from '../../../redis/spec.js';
import { PRELUDE } from './lua.js';

/** Replies begin with `ok`, or with what is wrong: `missing`, `exists`, `busy`, `lost`, `no-turn`, `changed`, `full`. */
function script(name: string, body: string): RedisScript {
  return { name: `thread-${name}`, lua: `${PRELUDE}${body}` };
}

/** ARGV: details, keep (1 or 0), life. */
export const CREATE = script(
  'create',
  `
if is_there() then
  if ARGV[2] == '1' then return {'ok', facts()} end
  return {'exists'}
end
redis.call('DEL', key)
local t = text(now())
redis.call('HSET', key, 'c', t, 'u', t, 'p', '', 'o', 1, 'l', 0, 'n', 0, 'b', 0, 's', 0, 'z', 0, 'k', 0, 'f', 0, 'e', 0, 'd', ARGV[1])
prolong(ARGV[3], 0)
return {'ok', facts()}
`,
);

/** ARGV: turns, life, holder or '', lease ms, details of a new thread or ''. */
export const LOAD = script(
  'load',
  `
local t = now()
if not is_there() then
  if ARGV[5] == '' then return {'missing'} end
  redis.call('HSET', key, 'c', text(t), 'u', text(t), 'p', '', 'o', 1, 'l', 0, 'n', 0, 'b', 0, 's', 0, 'z', 0, 'k', 0, 'f', 0, 'e', 0, 'd', ARGV[5])
end
if ARGV[3] ~= '' then
  if number('e') > t then return {'busy'} end
  redis.call('HINCRBY', key, 'f', 1)
  redis.call('HSET', key, 'h', ARGV[3], 'e', text(t + tonumber(ARGV[4])))
end
if ARGV[2] ~= '' and ARGV[1] ~= '0' then prolong(ARGV[2], redis.call('HINCRBY', key, 'k', 1)) end
return {'ok', facts(), last_turns(ranges(get('p')), tonumber(ARGV[1]), math.huge)}
`,
);

/** ARGV: fence, after or '', release, life, payload bytes, compressed, record, most sequences. */
export const APPEND = script(
  'append',
  `
local refused = refuse(ARGV[1])
if refused then return refused end
local path = ranges(get('p'))
if ARGV[2] ~= '' then path = branch_to(path, tonumber(ARGV[2])) end
if not path then return {'no-turn'} end
local parent = head(path)
local sequence = number('l') + 1
if sequence > tonumber(ARGV[8]) then return {'full'} end
grow(path, sequence)
local header = struct.pack('>I4dI4', parent, now(), tonumber(ARGV[5]))
redis.call('HSET', key, text(sequence), header .. ARGV[7], 'l', text(sequence))
redis.call('HINCRBY', key, 'n', 1)
redis.call('HINCRBY', key, 'b', ARGV[5])
redis.call('HINCRBY', key, 's', #ARGV[7])
redis.call('HINCRBY', key, 'z', ARGV[6])
saved(path, ARGV[3], ARGV[4])
return {'ok', facts(), sequence, parent}
`,
);

/** ARGV: fence, release, life, sequence. */
export const MOVE_HEAD = script(
  'move-head',
  `
local refused = refuse(ARGV[1])
if refused then return refused end
local path = branch_to(ranges(get('p')), tonumber(ARGV[4]))
if not path then return {'no-turn'} end
saved(path, ARGV[2], ARGV[3])
return {'ok', facts()}
`,
);

/** ARGV: fence, release, life, sequence. Those that went on from the turn go on from its parent. */
export const REMOVE_TURN = script(
  'remove-turn',
  `
local refused = refuse(ARGV[1])
if refused then return refused end
local sequence = tonumber(ARGV[4])
local parent = parent_of(sequence)
if forget(sequence) == 0 then return {'no-turn'} end
for at = sequence + 1, number('l') do
  if parent_of(at) == sequence then
    local value = get(text(at))
    redis.call('HSET', key, text(at), struct.pack('>I4', parent or 0) .. string.sub(value, 5))
  end
end
local path = ranges(get('p'))
local without = part(path, 1, sequence - 1)
for _, range in ipairs(part(path, sequence + 1, math.huge)) do without[#without + 1] = range end
saved(without, ARGV[2], ARGV[3])
return {'ok', facts()}
`,
);

/** ARGV: fence, release, life, turns to keep or '', age in ms or ''. */
export const PRUNE = script(
  'prune',
  `
local refused = refuse(ARGV[1])
if refused then return refused end
local path = ranges(get('p'))
local cut = number('l') + 1
if ARGV[4] ~= '' then
  local left = tonumber(ARGV[4])
  for i = #path, 1, -1 do
    local taken = math.min(left, path[i][2] - path[i][1] + 1)
    if taken > 0 then cut = path[i][2] - taken + 1 end
    left = left - taken
  end
end
if ARGV[5] ~= '' then
  local since = now() - tonumber(ARGV[5])
  local at = number('o')
  while at < cut do
    local value = get(text(at))
    if value and #value >= 12 and struct.unpack('>d', value, 5) >= since then break end
    at = at + 1
  end
  cut = at
end
local removed = 0
for sequence = number('o'), cut - 1 do removed = removed + forget(sequence) end
redis.call('HSET', key, 'o', text(math.max(cut, number('o'))))
saved(part(path, cut, math.huge), ARGV[2], ARGV[3])
return {'ok', removed}
`,
);

/** ARGV: limit, before or '', all (1 or 0). */
export const HISTORY = script(
  'history',
  `
if not is_there() then return {'missing'} end
local path = ARGV[3] == '1' and {{number('o'), number('l')}} or ranges(get('p'))
return {'ok', last_turns(path, tonumber(ARGV[1]), tonumber(ARGV[2]) or math.huge)}
`,
);

/** ARGV: sequence. */
export const GET_TURN = script(
  'get-turn',
  `
if not is_there() then return {'missing'} end
local value = get(ARGV[1])
if not value then return {'no-turn'} end
return {'ok', {tonumber(ARGV[1]), value}}
`,
);

/** ARGV: the branch's last turn or '' for the head; '*' for all. The turns are given oldest first. */
export const EXPORT = script(
  'export',
  `
if not is_there() then return {'missing'} end
local path = ranges(get('p'))
local wanted
if ARGV[1] == '*' then wanted = {{number('o'), number('l')}}
else
  path = branch_to(path, ARGV[1] == '' and head(path) or tonumber(ARGV[1]))
  if not path then return {'no-turn'} end
  wanted = path
end
return {'ok', facts(), print_path(path), last_turns(wanted, math.huge, math.huge)}
`,
);

/** ARGV: details, life, path, last sequence, payload bytes, stored bytes, compressed, then sequence, value … */
export const IMPORT = script(
  'import',
  `
if is_there() then return {'exists'} end
redis.call('DEL', key)
local t = text(now())
local records = (#ARGV - 7) / 2
redis.call('HSET', key, 'c', t, 'u', t, 'p', ARGV[3], 'o', ARGV[8] or 1, 'l', ARGV[4], 'n', records, 'b', ARGV[5], 's', ARGV[6], 'z', ARGV[7], 'k', 0, 'f', 0, 'e', 0, 'd', ARGV[1])
for at = 8, #ARGV, 2 do redis.call('HSET', key, ARGV[at], ARGV[at + 1]) end
prolong(ARGV[2], 0)
return {'ok', facts()}
`,
);

/** ARGV: details as they were, as they shall be. */
export const SET_DETAILS = script(
  'set-details',
  `
if not is_there() then return {'missing'} end
if get('d') ~= ARGV[1] then return {'changed'} end
redis.call('HSET', key, 'd', ARGV[2])
return {'ok', facts()}
`,
);

/** ARGV: fence, end of the lease from now in ms; 0 gives it back. */
export const EXTEND_LEASE = script(
  'extend-lease',
  `
local refused = refuse(ARGV[1])
if refused then return refused end
local ms = tonumber(ARGV[2])
redis.call('HSET', key, 'e', ms == 0 and '0' or text(now() + ms))
return {'ok'}
`,
);

export const PEEK = script('peek', "if not is_there() then return {'missing'} end return {'ok', facts()}");

/**
 * A page of a tenant's index, newest first, after a time and id. ARGV: time or +inf, id, count.
 * Gives id, time, id, time … Threads of one millisecond are in the order of their ids.
 */
export const INDEX_PAGE: RedisScript = {
  name: 'thread-index-page',
  lua: `
local found = {}
local offset = 0
local wanted = tonumber(ARGV[3])
while true do
  local page = redis.call('ZRANGE', KEYS[1], ARGV[1], '-inf', 'BYSCORE', 'REV', 'LIMIT', offset, wanted, 'WITHSCORES')
  for at = 1, #page, 2 do
    if page[at + 1] ~= ARGV[1] or page[at] < ARGV[2] then
      found[#found + 1] = page[at]
      found[#found + 1] = page[at + 1]
      if #found == wanted * 2 then return found end
    end
  end
  if #page < wanted * 2 then return found end
  offset = offset + wanted
end
`,
};

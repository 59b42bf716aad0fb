import type { RedisScript } from '../../../redis/spec.js';
import { DEAD } from '../../runs/run-store.js';

/**
 * A thread's runs are one hash, with the fields of a run named `<letter>:<id>`:
 *
 *   s status   i strategy, metadata, node, created (JSON)   a alive until   t started   x ended   e error   c cancel
 *   l what the thread is owed should the process die (JSON)
 *
 * and `lost`, the ids of dead runs whose threads are still owed something, with a space before each;
 * a list of all their ids, the newest first, and a list of the live ones, the oldest first. Time is the server's.
 */
const PRELUDE = `
local runs, order, queue = KEYS[1], KEYS[2], KEYS[3]

local function text(number) return string.format('%.0f', number) end

local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function get(letter, id) return redis.call('HGET', runs, letter .. ':' .. id) end
local function set(letter, id, value) redis.call('HSET', runs, letter .. ':' .. id, value) end

local function finish(id, status, failure)
  set('s', id, status)
  set('x', id, text(now()))
  if failure ~= '' then set('e', id, failure) end
  redis.call('LREM', queue, 1, id)
  if failure ~= '${DEAD}' then redis.call('HDEL', runs, 'l:' .. id)
  elseif get('l', id) then redis.call('HSET', runs, 'lost', (redis.call('HGET', runs, 'lost') or '') .. ' ' .. id) end
end

local function lost() return redis.call('HGET', runs, 'lost') or '' end
local function owes() return lost() == '' and 0 or 1 end

local function restore(id)
  redis.call('HDEL', runs, 'l:' .. id)
  local left = {}
  for other in string.gmatch(lost(), '%S+') do
    if other ~= id then left[#left + 1] = ' ' .. other end
  end
  if #left == 0 then redis.call('HDEL', runs, 'lost')
  else redis.call('HSET', runs, 'lost', table.concat(left)) end
end

local function forget(id)
  if get('l', id) then restore(id) end
  for _, letter in ipairs({'s', 'i', 'a', 't', 'x', 'e', 'c'}) do redis.call('HDEL', runs, letter .. ':' .. id) end
  redis.call('LREM', queue, 1, id)
end

-- Ends the runs whose process is gone.
local function reap()
  local t = now()
  local dead = 0
  for _, id in ipairs(redis.call('LRANGE', queue, 0, -1)) do
    if tonumber(get('a', id) or '0') <= t then
      finish(id, 'error', '${DEAD}')
      dead = dead + 1
    end
  end
  return dead
end

local function record(id)
  return {id, get('s', id), get('i', id), get('t', id), get('x', id), get('e', id)}
end

local dead = reap()
`;

function script(name: string, body: string): RedisScript {
  return { name: `run-${name}`, lua: `${PRELUDE}${body}` };
}

/** ARGV: id, info, reject (1 or 0), lease ms, most that wait, ms to remember, most to remember, turn if lost or ''. */
export const ADD_RUN = script(
  'add',
  `
local ahead = redis.call('LRANGE', queue, 0, -1)
if #ahead > 0 and ARGV[3] == '1' then return {'refused'} end
if #ahead > tonumber(ARGV[5]) then return {'refused'} end
local id = ARGV[1]
local t = now()
set('s', id, #ahead == 0 and 'running' or 'pending')
if #ahead == 0 then set('t', id, text(t)) end
set('i', id, string.sub(ARGV[2], 1, -2) .. ',"createdAtMs":' .. text(t) .. '}')
set('a', id, text(t + tonumber(ARGV[4])))
if ARGV[8] ~= '' then set('l', id, ARGV[8]) end
redis.call('LPUSH', order, id)
redis.call('RPUSH', queue, id)
for _, old in ipairs(redis.call('LRANGE', order, tonumber(ARGV[7]), -1)) do forget(old) end
redis.call('LTRIM', order, 0, tonumber(ARGV[7]) - 1)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[6]) end
return {'ok', text(t), ahead, owes()}
`,
);

/** ARGV: id. */
export const START_RUN = script(
  'start',
  `
local status = get('s', ARGV[1])
if status ~= 'pending' and status ~= 'running' then return {'over'} end
local first = redis.call('LINDEX', queue, 0)
if first ~= ARGV[1] then return {'waiting', get('i', first)} end
set('s', ARGV[1], 'running')
set('t', ARGV[1], text(now()))
return {'ok', owes()}
`,
);

/** ARGV: id, status, error or ''. */
export const END_RUN = script(
  'end',
  `
local status = get('s', ARGV[1])
if status ~= 'pending' and status ~= 'running' then return {'over'} end
finish(ARGV[1], ARGV[2], ARGV[3])
return {'ok'}
`,
);

/** ARGV: lease ms, then ids. Gives id, cancel of those that are to be cancelled. */
export const RENEW_RUNS = script(
  'renew',
  `
local found = {'ok'}
for at = 2, #ARGV do
  local id = ARGV[at]
  local status = get('s', id)
  if status == 'pending' or status == 'running' then
    set('a', id, text(now() + tonumber(ARGV[1])))
    local cancel = get('c', id)
    if cancel then
      found[#found + 1] = id
      found[#found + 1] = cancel
    end
  end
end
return found
`,
);

/** ARGV: id, action. */
export const CANCEL_RUN = script(
  'cancel',
  `
local status = get('s', ARGV[1])
if not status then return {'missing'} end
if status == 'pending' or status == 'running' then set('c', ARGV[1], ARGV[2]) end
return {'ok', record(ARGV[1])}
`,
);

/** ARGV: id. */
export const GET_RUN = script(
  'get',
  `
if not get('s', ARGV[1]) then return {'missing'} end
return {'ok', record(ARGV[1])}
`,
);

/** ARGV: offset, limit, status or ''. */
export const LIST_RUNS = script(
  'list',
  `
local found = {'ok'}
local skip = tonumber(ARGV[1])
for _, id in ipairs(redis.call('LRANGE', order, 0, -1)) do
  if #found > tonumber(ARGV[2]) then break end
  local status = get('s', id)
  if status and (ARGV[3] == '' or status == ARGV[3]) then
    if skip > 0 then skip = skip - 1
    else found[#found + 1] = record(id) end
  end
end
return found
`,
);

/** ARGV: id. */
export const REMOVE_RUN = script(
  'remove',
  `
forget(ARGV[1])
redis.call('LREM', order, 1, ARGV[1])
return {'ok'}
`,
);

/** Gives id, when it was found dead, turn of what the thread is owed, oldest first. */
export const LOST_RUNS = script(
  'lost',
  `
local found = {'ok'}
for id in string.gmatch(lost(), '%S+') do
  found[#found + 1] = id
  found[#found + 1] = get('x', id)
  found[#found + 1] = get('l', id)
end
return found
`,
);

/** ARGV: id. */
export const RUN_RESTORED = script('restored', "restore(ARGV[1]) return {'ok'}");

/** Ends what is dead, nothing more. Gives how many, whether something lives, and whether something is owed. */
export const REAP_RUNS = script('reap', "return {'ok', dead, redis.call('LLEN', queue), owes()}");

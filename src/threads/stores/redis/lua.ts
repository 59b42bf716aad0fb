/**
 * What the scripts share. A thread is one hash:
 *
 *   c u     created, updated (ms)          f h e   fence, holder, end of the lease (ms)
 *   p       path of the current branch     k       uses
 *   o l     oldest and last sequence       d       details (JSON)
 *   n b s z records, payload bytes, stored bytes, compressed records
 *   1 2 …   turns: parent (4 bytes), created ms (8, double), payload bytes (4), record
 *
 * Time is the server's, so that nodes with clocks of their own agree about leases.
 */
export const TURN_HEADER_BYTES = 16;

/** The fields of a reply, in the order in which `replies.ts` reads them. */
export const PRELUDE = `
local key = KEYS[1]

local function text(number) return string.format('%.0f', number) end

local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function get(field) return redis.call('HGET', key, field) end
local function number(field) return tonumber(get(field) or '0') end
local function is_there() return redis.call('HEXISTS', key, 'c') == 1 end

-- life is 'uses:ttl,uses:ttl', ascending; '' keeps.
local function prolong(life, uses)
  local ttl
  for from, ms in string.gmatch(life, '(%d+):(%d+)') do
    if tonumber(from) <= uses then ttl = ms end
  end
  if ttl then redis.call('PEXPIRE', key, ttl) end
end

local function facts()
  local values = redis.call('HMGET', key, 'c', 'u', 'p', 'n', 'b', 's', 'z', 'd', 'f', 'l')
  local ttl = redis.call('PTTL', key)
  values[11] = ttl >= 0 and text(now() + ttl) or ''
  return values
end

local function ranges(path)
  local found = {}
  for first, last in string.gmatch(path, '(%d+)-(%d+)') do
    found[#found + 1] = {tonumber(first), tonumber(last)}
  end
  return found
end

local function print_path(path)
  local parts = {}
  for i, range in ipairs(path) do parts[i] = text(range[1]) .. '-' .. text(range[2]) end
  return table.concat(parts, ',')
end

local function head(path) return #path == 0 and 0 or path[#path][2] end

local function grow(path, sequence)
  local last = path[#path]
  if last and last[2] + 1 == sequence then last[2] = sequence
  else path[#path + 1] = {sequence, sequence} end
end

local function part(path, from, to)
  local found = {}
  for _, range in ipairs(path) do
    local first, last = math.max(range[1], from), math.min(range[2], to)
    if first <= last then found[#found + 1] = {first, last} end
  end
  return found
end

local function parent_of(sequence)
  local head_bytes = redis.call('HGET', key, text(sequence))
  if not head_bytes or #head_bytes < 4 then return nil end
  return (struct.unpack('>I4', head_bytes))
end

-- The branch that ends in a turn: a part of the current one, or put together from the turns' parents.
local function branch_to(path, sequence)
  if sequence == 0 then return {} end
  for _, range in ipairs(path) do
    if range[1] <= sequence and sequence <= range[2] then return part(path, 1, sequence) end
  end
  local back = {}
  local at = sequence
  while at ~= 0 do
    local parent = parent_of(at)
    if not parent then break end
    back[#back + 1] = at
    at = parent
  end
  if #back == 0 then return nil end
  local found = {}
  for i = #back, 1, -1 do grow(found, back[i]) end
  return found
end

-- The last turns of a path below a sequence, newest first: sequence, value, sequence, value …
local function last_turns(path, count, before)
  local found = {}
  for i = #path, 1, -1 do
    local first, last = path[i][1], math.min(path[i][2], before - 1)
    for sequence = last, first, -1 do
      if #found >= count * 2 then return found end
      local value = redis.call('HGET', key, text(sequence))
      if value then
        found[#found + 1] = sequence
        found[#found + 1] = value
      end
    end
  end
  return found
end

-- Why a change is refused, if it is.
local function refuse(fence)
  if not is_there() then return {'missing'} end
  if tonumber(fence) < 1 or number('f') ~= tonumber(fence) then return {'lost'} end
end

local function saved(path, release, life)
  redis.call('HSET', key, 'p', print_path(path), 'u', text(now()))
  if release == '1' then redis.call('HSET', key, 'e', '0') end
  prolong(life, number('k'))
end

-- Lua's minus nought is no number to Redis.
local function take(field, amount)
  if amount > 0 then redis.call('HINCRBY', key, field, -amount) end
end

local function forget(sequence)
  local value = redis.call('HGET', key, text(sequence))
  if not value then return 0 end
  local payload = #value >= 16 and struct.unpack('>I4', value, 13) or 0
  redis.call('HDEL', key, text(sequence))
  take('n', 1)
  take('b', payload)
  take('s', math.max(#value - 16, 0))
  if #value >= 18 and string.byte(value, 18) == 1 then take('z', 1) end
  return 1
end
`;

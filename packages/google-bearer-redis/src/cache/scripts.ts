/** What has to happen in one step. KEYS: the entry, the turn. The first ARGV is the random value of the turn. */

/**
 * Whether answers would take the room that revocations need. Redis makes room itself, and of answers alone, under every other
 * policy that the log accepts.
 */
const CROWDED = `
  local function crowded()
    local info = redis.call('INFO', 'memory')
    local function number(name) return tonumber(string.match(info, '\\n' .. name .. ':(%d+)')) or 0 end
    local limit = number('maxmemory')
    return limit > 0 and number('used_memory') > limit * 0.75
      and string.find(info, '\\nmaxmemory_policy:noeviction', 1, true) ~= nil
  end`;

/** The entry and its remaining ms; or, for the turn, the time in ms; or nothing, while another has the turn. */
export const TAKE = `
  local entry, turn = unpack(KEYS)
  local mine, turnMs = unpack(ARGV)
  local text = redis.call('GET', entry)
  if text then return { text, redis.call('PTTL', entry) } end
  if not redis.call('SET', turn, mine, 'NX', 'PX', turnMs) then return false end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)`;

/**
 * Keeps the entry until a moment and ends the turn, if that is still ours: else a newer answer may be there. Keeps nothing
 * where revocations need the room.
 */
export const KEEP: string = `${CROWDED}
  local entry, turn = unpack(KEYS)
  local mine, text, untilMs = unpack(ARGV)
  if redis.call('GET', turn) ~= mine then return 0 end
  if not crowded() then redis.call('SET', entry, text, 'PXAT', untilMs) end
  return redis.call('DEL', turn)`;

/** Ends the turn, if it is still ours. */
export const RELEASE = `
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[2])`;

/** Removes an entry that is this text. */
export const DISCARD = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])`;

/** Needs every right that the others need, and leaves nothing. Begins with a removal, so that a full memory is not in the way. */
export const PROBE: string = `${CROWDED}
  local entry, turn = unpack(KEYS)
  redis.call('DEL', turn)
  crowded()
  redis.call('TIME')
  redis.call('SET', turn, '1', 'NX', 'PX', 1000)
  redis.call('SET', entry, '1', 'PX', 1000)
  redis.call('GET', entry)
  redis.call('PTTL', entry)
  redis.call('DEL', entry)
  return redis.call('DEL', turn)`;

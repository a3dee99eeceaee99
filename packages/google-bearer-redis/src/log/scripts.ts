import { FRESH_SETTLE_MS, SETTLE_MS } from './timing.ts';

/**
 * What has to happen in one step. Each script runs alone and enters the append-only file as a whole.
 *
 * An element is an entry: field `e` is what it revokes as JSON, `n` what is said about it. Blocks and unblocks also change a hash, whose state is that at the end
 * of the stream: whoever reads first the hash and then the stream ends with the right state, whatever happens meanwhile.
 *
 * While `maxmemory` is used up Redis refuses what needs memory, but not in a script that has written something before: it
 * never stops half-way. APPEND begins with what is refused, and so stores all of an entry or nothing. The others begin with a
 * removal of nothing: they keep what was acknowledged before, or make room.
 */

/** How long an element stays at least, so that a reader who was away resumes where it was. */
const KEPT_MS = 75 * 60_000;
/** How long past its end an entry is kept, for instances whose clocks are behind that of Redis. */
const MARGIN_MS = 10 * 60_000;
/** How long it is remembered that somebody was unblocked, so that no instance writes the block back. */
const UNBLOCKED_KEPT_MS = 30 * 24 * 3_600_000;
/** How many elements one step trims, so that none takes long. */
export const TRIM_PORTION = 1000;
/** How many elements one step compares with those to be written back. */
const NEWS_PORTION = 10_000;

const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local function text(number) return string.format('%.0f', number) end`;

/** A longer time is never made shorter. One that is longer than any is that of a clock that was set back since. */
const SETTLE = `${NOW}
  local function settle(state, ms)
    local current = tonumber(redis.call('HMGET', state, 'settlesAt')[1] or 0) or 0
    if current < now + ms or current > now + ${FRESH_SETTLE_MS} then
      redis.call('HSET', state, 'settlesAt', text(now + ms))
    end
  end`;

/** Adds an entry. Answers the id of the element and the epoch. */
export const APPEND: string = `${SETTLE}
  local stream, blocked, unblocked, state = unpack(KEYS)
  local entry, note, type, subject, fresh = unpack(ARGV)
  if redis.call('HSETNX', state, 'epoch', fresh) == 1 then settle(state, ${FRESH_SETTLE_MS}) end
  local id = redis.call('XADD', stream, '*', 'e', entry, 'n', note)
  if type == 'block' then
    redis.call('HSET', blocked, subject, note)
    redis.call('ZREM', unblocked, subject)
  elseif type == 'unblock' then
    redis.call('HDEL', blocked, subject)
    redis.call('ZADD', unblocked, text(now), subject)
  end
  return { id, redis.call('HMGET', state, 'epoch')[1] }`;

/** Notes in which run of Redis the log is, and begins it if it is not there. */
export const MARK: string = `${SETTLE}
  local state = KEYS[1]
  local fresh, run = unpack(ARGV)
  redis.call('HDEL', state, '')
  if redis.call('HSETNX', state, 'epoch', fresh) == 1 then settle(state, ${FRESH_SETTLE_MS}) end
  if redis.call('HMGET', state, 'run')[1] ~= run then
    redis.call('HSET', state, 'run', run)
    settle(state, ${SETTLE_MS})
  end`;

/**
 * Writes entries back: those that are not among the news after a position, since other instances are at the same. A block only
 * if nobody has lifted it since. Answers the subjects of those that somebody has; or nothing, and does nothing, when there are
 * too many news to compare. Without entries it only says that some may follow.
 */
export const RESTORE: string = `${SETTLE}
  local stream, blocked, unblocked, state = unpack(KEYS)
  redis.call('HDEL', state, '')
  settle(state, ${SETTLE_MS})
  local there, lifted = {}, {}
  if #ARGV > 1 then
    local news = redis.call('XRANGE', stream, '(' .. ARGV[1], '+', 'COUNT', ${NEWS_PORTION})
    if #news == ${NEWS_PORTION} then return false end
    for _, element in ipairs(news) do there[element[2][2]] = true end
  end
  for index = 2, #ARGV, 2 do
    local text, note = ARGV[index], ARGV[index + 1]
    local entry = cjson.decode(text)
    if entry.type ~= 'block' then
      if not there[text] then redis.call('XADD', stream, '*', 'e', text, 'n', note) end
    elseif redis.call('ZSCORE', unblocked, entry.subjectSha256) then
      table.insert(lifted, entry.subjectSha256)
    elseif redis.call('HSETNX', blocked, entry.subjectSha256, note) == 1 then
      redis.call('XADD', stream, '*', 'e', text, 'n', note)
    end
  end
  return lifted`;

/**
 * Removes the oldest elements up to a position: nothing that the reader who asks for it has not read itself, so that an entry
 * of a kind that it does not know stays. What is still needed is moved to the end first: entries about issue times and tokens
 * may come in any order, and blocks live in their hash. Answers how many elements it has looked at.
 */
export const TRIM: string = `${NOW}
  local stream, unblocked, state = unpack(KEYS)
  redis.call('ZREMRANGEBYSCORE', unblocked, '-inf', text(now - ${UNBLOCKED_KEPT_MS}))
  local position, old = ARGV[1], now - ${KEPT_MS}
  local upTo = tonumber(string.match(position, '^%d+')) > old and text(old) or position
  local elements = redis.call('XRANGE', stream, '-', upTo, 'COUNT', ${TRIM_PORTION})
  local last
  for _, element in ipairs(elements) do
    local readable, entry = pcall(cjson.decode, element[2][2])
    if not readable or type(entry) ~= 'table' then break end
    if type(entry.expiresAt) == 'number' and entry.expiresAt + ${MARGIN_MS} > now then
      redis.call('XADD', stream, '*', unpack(element[2]))
    end
    last = element[1]
  end
  if not last then return 0 end
  local ms, seq = string.match(last, '^(%d+)-(%d+)$')
  redis.call('XTRIM', stream, 'MINID', ms .. '-' .. text(seq + 1))
  redis.call('HSET', state, 'trimmed', last)
  return #elements`;

/** Needs every right that the others need, and a Redis that knows all that they use; leaves nothing. */
export const PROBE: string = `${NOW}
  local probe = KEYS[1]
  redis.call('HDEL', probe, '')
  redis.call('XADD', probe, 'NOMKSTREAM', '*', 'e', '')
  redis.call('XREAD', 'COUNT', 1, 'STREAMS', probe, '0')
  redis.call('XRANGE', probe, '-', '+', 'COUNT', 1)
  redis.call('XTRIM', probe, 'MINID', '0')
  redis.call('ZADD', probe, 'XX', text(now), '')
  redis.call('ZREM', probe, '')
  redis.call('ZSCORE', probe, '')
  redis.call('ZREMRANGEBYSCORE', probe, '-inf', '0')
  redis.call('HMGET', probe, 'a')
  local answers = { redis.pcall('HSETNX', probe, 'a', ''), redis.pcall('HSET', probe, 'a', '') }
  redis.call('HDEL', probe, 'a')
  for _, answer in ipairs(answers) do
    if type(answer) == 'table' then return answer end
  end`;

import { FRESH_SETTLE_MS, SETTLE_MS } from './timing.ts';

/**
 * What has to happen in one step. Each script runs alone and enters the append-only file as a whole.
 *
 * An element is one field `e` with the entry as JSON. Blocks and unblocks also change a set, whose state is that at the end
 * of the stream: whoever reads first the set and then the stream ends with the right state, whatever happens meanwhile.
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

/** The key says until when, so that a longer time is never made shorter. */
const SETTLE = `${NOW}
  local function settle(settling, ms)
    local ends = now + ms
    if ends > (tonumber(redis.call('GET', settling) or 0) or 0) then
      redis.call('SET', settling, text(ends), 'PX', ms)
    end
  end`;

/** Adds an entry. Answers the id of the element and the epoch. */
export const APPEND: string = `${SETTLE}
  local stream, blocks, unblocked, epoch, settling = unpack(KEYS)
  local entry, type, subject, fresh = unpack(ARGV)
  local current = redis.call('GET', epoch)
  if not current then
    current = fresh
    redis.call('SET', epoch, fresh)
    settle(settling, ${FRESH_SETTLE_MS})
  end
  if type == 'block' then
    redis.call('SADD', blocks, subject)
    redis.call('ZREM', unblocked, subject)
  elseif type == 'unblock' then
    redis.call('SREM', blocks, subject)
    redis.call('ZADD', unblocked, text(now), subject)
  end
  return { redis.call('XADD', stream, '*', 'e', entry), current }`;

/** Notes who is there. Answers the epoch, a fresh one if the log begins. */
export const ENTER: string = `${SETTLE}
  local epoch, run, settling = unpack(KEYS)
  local fresh, runId = unpack(ARGV)
  if redis.call('SET', epoch, fresh, 'NX') then settle(settling, ${FRESH_SETTLE_MS}) end
  if redis.call('GET', run) ~= runId then
    redis.call('SET', run, runId)
    settle(settling, ${SETTLE_MS})
  end
  return redis.call('GET', epoch)`;

/**
 * Writes entries back: those that are not among the news after a position, since other instances are at the same. A block only
 * if nobody has lifted it since. Answers the subjects of those that somebody has; or nothing, and does nothing, when there are
 * too many news to compare. Without entries it only says that some may follow.
 */
export const RESTORE: string = `${SETTLE}
  local stream, blocks, unblocked, settling = unpack(KEYS)
  settle(settling, ${SETTLE_MS})
  local there, lifted = {}, {}
  if #ARGV > 1 then
    local news = redis.call('XRANGE', stream, '(' .. ARGV[1], '+', 'COUNT', ${NEWS_PORTION})
    if #news == ${NEWS_PORTION} then return false end
    for _, element in ipairs(news) do there[element[2][2]] = true end
  end
  for index = 2, #ARGV do
    local text = ARGV[index]
    local entry = cjson.decode(text)
    if entry.type ~= 'block' then
      if not there[text] then redis.call('XADD', stream, '*', 'e', text) end
    elseif redis.call('ZSCORE', unblocked, entry.subjectSha256) then
      table.insert(lifted, entry.subjectSha256)
    elseif redis.call('SADD', blocks, entry.subjectSha256) == 1 then
      redis.call('XADD', stream, '*', 'e', text)
    end
  end
  return lifted`;

/**
 * Removes the oldest elements up to a position: nothing that the reader who asks for it has not read itself, so that an entry
 * of a kind that it does not know stays. What is still needed is moved to the end first: entries about issue times and tokens
 * may come in any order, and blocks live in their set. Answers how many elements it has looked at.
 */
export const TRIM: string = `${NOW}
  local stream, unblocked, trimmed = unpack(KEYS)
  redis.call('ZREMRANGEBYSCORE', unblocked, '-inf', text(now - ${UNBLOCKED_KEPT_MS}))
  local position, old = ARGV[1], now - ${KEPT_MS}
  local upTo = tonumber(string.match(position, '^%d+')) > old and text(old) or position
  local elements = redis.call('XRANGE', stream, '-', upTo, 'COUNT', ${TRIM_PORTION})
  local last
  for _, element in ipairs(elements) do
    local readable, entry = pcall(cjson.decode, element[2][2])
    if not readable or type(entry) ~= 'table' then break end
    if type(entry.expiresAt) == 'number' and entry.expiresAt + ${MARGIN_MS} > now then
      redis.call('XADD', stream, '*', 'e', element[2][2])
    end
    last = element[1]
  end
  if not last then return 0 end
  local ms, seq = string.match(last, '^(%d+)-(%d+)$')
  redis.call('XTRIM', stream, 'MINID', ms .. '-' .. text(seq + 1))
  redis.call('SET', trimmed, last)
  return #elements`;

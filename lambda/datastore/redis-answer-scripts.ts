import type { Result } from 'ioredis';

/**
 * Removes an answer: the field `size` of the hash holds the bytes of all others. What is evicted or expires goes as a
 * whole, and where the index is gone, nothing would ever remove what the hash holds.
 */
const removal = `
  local answers, index = KEYS[1], KEYS[2]
  local function remove(field)
    redis.call('HINCRBY', answers, 'size', -redis.call('HSTRLEN', answers, field))
    redis.call('HDEL', answers, field)
    redis.call('ZREM', index, field)
  end`;

/** What processes do to stored answers at once. Times are the server's. */
export const answerScripts = {
  // A stored value begins with the time at which its run started, in digits that compare as text.
  frocketPutAnswer: {
    numberOfKeys: 2,
    lua: `
      ${removal}
      local field, value, ttl, most, mostSize = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
      if redis.call('EXISTS', index) == 0 then redis.call('DEL', answers) end
      local held = redis.call('HGET', answers, field)
      if held then
        if string.sub(held, 1, 16) > string.sub(value, 1, 16) then return 0 end
        remove(field)
      end
      local time = redis.call('TIME')
      local now = time[1] * 1000 + math.floor(time[2] / 1000)
      for _, expired in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', now)) do remove(expired) end
      redis.call('HSET', answers, field, value)
      redis.call('HINCRBY', answers, 'size', #value)
      redis.call('ZADD', index, now + ttl, field)
      while redis.call('ZCARD', index) > most or tonumber(redis.call('HGET', answers, 'size')) > mostSize do
        local soonest = redis.call('ZRANGE', index, 0, 0)[1]
        if not soonest then break end
        remove(soonest)
      end
      redis.call('PEXPIRE', answers, ttl)
      redis.call('PEXPIRE', index, ttl)
      return 1`,
  },
  frocketForgetAnswers: {
    numberOfKeys: 2,
    lua: `
      ${removal}
      for _, field in ipairs(redis.call('ZRANGE', index, 0, -1)) do
        if string.sub(field, 1, #ARGV[1]) == ARGV[1] then remove(field) end
      end
      return 1`,
  },
  // Without a reply where the lease is the holder's now; else the last end so far, and how long the lease lasts.
  frocketTakeAnswerLease: {
    numberOfKeys: 2,
    lua: `
      local lease, ends = KEYS[1], KEYS[2]
      if redis.call('SET', lease, ARGV[1], 'NX', 'PX', ARGV[2]) then return {} end
      local last = redis.call('XREVRANGE', ends, '+', '-', 'COUNT', 1)[1]
      return { last and last[1] or '0-0', redis.call('PTTL', lease) }`,
  },
  frocketRenewAnswerLease: {
    numberOfKeys: 1,
    lua: `
      if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
      return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
  },
  frocketEndAnswerLease: {
    numberOfKeys: 2,
    lua: `
      local lease, ends = KEYS[1], KEYS[2]
      if redis.call('GET', lease) ~= ARGV[1] then return 0 end
      redis.call('DEL', lease)
      redis.call('XADD', ends, 'MAXLEN', 1, '*', 'end', ARGV[2])
      return redis.call('PEXPIRE', ends, ARGV[3])`,
  },
  frocketTakeJobSlot: {
    numberOfKeys: 1,
    lua: `
      local time = redis.call('TIME')
      local now = time[1] * 1000 + math.floor(time[2] / 1000)
      redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
      if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
      redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
      redis.call('PEXPIRE', KEYS[1], ARGV[3])
      return 1`,
  },
  frocketRenewJobSlot: {
    numberOfKeys: 1,
    lua: `
      local time = redis.call('TIME')
      redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2], ARGV[1])
      return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
  },
};

declare module 'ioredis' {
  interface RedisCommander<Context> {
    frocketPutAnswer(answers: string, index: string, field: string, value: Buffer, ttl: number, most: number, mostSize: number): Result<number, Context>;
    /** @param prefix of the fields to forget */
    frocketForgetAnswers(answers: string, index: string, prefix: string): Result<number, Context>;
    frocketTakeAnswerLease(lease: string, ends: string, holder: string, ttl: number): Result<[] | [after: string, ttl: number], Context>;
    frocketRenewAnswerLease(lease: string, holder: string, ttl: number): Result<number, Context>;
    /** @param keep milliseconds for which those who wait can read the end */
    frocketEndAnswerLease(lease: string, ends: string, holder: string, end: Buffer, keep: number): Result<number, Context>;
    /** 1 where there was a free slot. */
    frocketTakeJobSlot(slots: string, holder: string, most: number, ttl: number): Result<number, Context>;
    frocketRenewJobSlot(slots: string, holder: string, ttl: number): Result<number, Context>;
  }
}

import type { Result } from 'ioredis';

/**
 * Adds attempts from an argument on, three each: index, attempt, encoded task. An attempt waits as its number, a colon, and the encoded
 * task; a later one of a part takes the place of an earlier one that still waits.
 */
const addition = `
  local function add(board, waiting, order, from)
    for argument = from, #ARGV, 3 do
      redis.call('HSET', waiting, ARGV[argument], ARGV[argument + 1] .. ':' .. ARGV[argument + 2])
      redis.call('RPUSH', order, ARGV[argument])
    end
    local ends = redis.call('PEXPIRETIME', board)
    redis.call('PEXPIREAT', order, ends)
    redis.call('PEXPIREAT', waiting, ends)
    return 1
  end`;

/**
 * What an invoker and its workers do to a task board at once. Lifetimes are counted by the server's clock from the
 * board's creation on, so that nobody else's clock matters.
 */
export const boardScripts = {
  // The stream outlives its entries' removal, so that IDs keep growing for those who read it; without it, a board is lost.
  // A server that is full refuses a script's first write, and none after it: what takes memory comes first.
  frocketPublishTasks: {
    numberOfKeys: 6,
    lua: `
      ${addition}
      local board, waiting, order, events, completed, claims = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
      local job, lifetime, selection_wait = ARGV[1], ARGV[2], ARGV[3]
      if redis.call('EXISTS', board, events) < 2 then
        redis.call('SET', board, job, 'PX', lifetime)
        redis.call('DEL', waiting, order, completed, claims)
        redis.call('XTRIM', events, 'MAXLEN', 0)
        redis.call('XADD', events, '*', 'kind', 'created', 'lifetime', lifetime, 'wait', selection_wait)
        redis.call('PEXPIRE', events, lifetime)
      end
      return add(board, waiting, order, 4)`,
  },
  frocketRepublishTasks: {
    numberOfKeys: 4,
    lua: `
      ${addition}
      local board, waiting, order, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
      if redis.call('EXISTS', board, events) < 2 then return 0 end
      return add(board, waiting, order, 1)`,
  },
  // Gives a task, or how many milliseconds to wait for one since others may have the free ones in their caches.
  frocketClaimTask: {
    numberOfKeys: 5,
    lua: `
      local board, waiting, order, events, claims = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
      local ticket, only_cached = ARGV[1], ARGV[2] == '1'
      local left = redis.call('PTTL', board)
      if left < 0 then return false end

      local index, entry
      local held = ticket ~= '' and redis.call('HGET', claims, ticket)
      if held then
        index, entry = string.match(held, '^(%d+):(.*)$')
      else
        for argument = 3, #ARGV do
          local cached = redis.call('HGET', waiting, ARGV[argument])
          if cached then
            index, entry = ARGV[argument], cached
            break
          end
        end
        if not entry then
          if only_cached or redis.call('HLEN', waiting) == 0 then return false end
          local created = redis.call('XRANGE', events, '-', '+', 'COUNT', 1)[1]
          if created and created[2][2] == 'created' then
            local remaining = created[2][6] - (created[2][4] - left)
            if remaining > 0 then return remaining end
          end
          repeat
            index = redis.call('LPOP', order)
            if not index then return false end
            entry = redis.call('HGET', waiting, index)
          until entry
        end
        redis.call('HDEL', waiting, index)
        if ticket ~= '' then
          redis.call('HSET', claims, ticket, index .. ':' .. entry)
          redis.call('PEXPIREAT', claims, redis.call('PEXPIRETIME', board))
        end
      end
      local attempt, task = string.match(entry, '^(%d+):(.*)$')
      redis.call('XADD', events, 'NOMKSTREAM', '*', 'kind', 'task', 'index', index, 'attempt', attempt, 'status', 'LOADING_DATA', 'outcome', '')
      return task`,
  },
  frocketAppendEvent: {
    numberOfKeys: 3,
    lua: `
      local board, events, completed = KEYS[1], KEYS[2], KEYS[3]
      local index, attempt, status, outcome = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
      if redis.call('EXISTS', board) == 0 then return 0 end
      if outcome ~= '' then
        if redis.call('SISMEMBER', completed, index) == 1 then return 0 end
        if redis.call('SADD', completed, index .. ':' .. attempt) == 0 then return 0 end
        if status == 'ENDED_SUCCESS' then redis.call('SADD', completed, index) end
        redis.call('PEXPIREAT', completed, redis.call('PEXPIRETIME', board))
      end
      redis.call('XADD', events, 'NOMKSTREAM', '*', 'kind', 'task', 'index', index, 'attempt', attempt, 'status', status, 'outcome', outcome)
      return 1`,
  },
  frocketEndBoard: {
    numberOfKeys: 6,
    lua: `
      local board, waiting, order, events, completed, claims = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
      if redis.call('DEL', board) == 0 then return 0 end
      redis.call('DEL', waiting, order, completed, claims)
      redis.call('XTRIM', events, 'MAXLEN', 0)
      redis.call('XADD', events, '*', 'kind', 'ended')
      return redis.call('PEXPIRE', events, ARGV[1])`,
  },
};

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** @param lifetimeWaitAndTasks milliseconds; then index, attempt and encoded task in turn */
    frocketPublishTasks(
      board: string,
      waiting: string,
      order: string,
      events: string,
      completed: string,
      claims: string,
      job: Buffer,
      ...lifetimeWaitAndTasks: (number | Buffer)[]
    ): Result<number, Context>;
    /** 0 where there is no board. @param tasks index, attempt and encoded task in turn */
    frocketRepublishTasks(board: string, waiting: string, order: string, events: string, ...tasks: (number | Buffer)[]): Result<number, Context>;
    /** The encoded task, or milliseconds to wait. @param ticketAndCached the ticket, empty for none; 1 for cached parts only, else 0; indices of those */
    frocketClaimTaskBuffer(
      board: string,
      waiting: string,
      order: string,
      events: string,
      claims: string,
      ...ticketAndCached: (string | number)[]
    ): Result<Buffer | number | null, Context>;
    /** The outcome is empty for a report. */
    frocketAppendEvent(board: string, events: string, completed: string, index: number, attempt: number, status: string, outcome: Buffer): Result<number, Context>;
    frocketEndBoard(board: string, waiting: string, order: string, events: string, completed: string, claims: string, keepEventsFor: number): Result<number, Context>;
  }
}

import type { Result } from 'ioredis';

/** What an invoker and its workers do to a task board at once. */
export const boardScripts = {
  // The stream outlives its entries' removal, so that IDs keep growing for those who read it.
  frocketPublishTasks: {
    numberOfKeys: 5,
    lua: `
      local job, tasks, events, completed, claims = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
      if redis.call('EXISTS', job) == 0 then
        redis.call('DEL', tasks, completed, claims)
        redis.call('XTRIM', events, 'MAXLEN', 0)
        redis.call('XADD', events, '*', 'kind', 'created')
        redis.call('PEXPIREAT', events, ARGV[2])
        redis.call('SET', job, ARGV[1], 'PXAT', ARGV[2])
      end
      for task = 3, #ARGV do
        redis.call('RPUSH', tasks, ARGV[task])
      end
      return redis.call('PEXPIREAT', tasks, ARGV[2])`,
  },
  frocketClaimTask: {
    numberOfKeys: 3,
    lua: `
      local job, tasks, claims = KEYS[1], KEYS[2], KEYS[3]
      if redis.call('EXISTS', job) == 0 then return false end
      local held = redis.call('HGET', claims, ARGV[1])
      if held then return held end
      local task = redis.call('LPOP', tasks)
      if not task then return false end
      redis.call('HSET', claims, ARGV[1], task)
      redis.call('PEXPIREAT', claims, redis.call('PEXPIRETIME', job))
      return task`,
  },
  frocketAppendEvent: {
    numberOfKeys: 3,
    lua: `
      local job, events, completed = KEYS[1], KEYS[2], KEYS[3]
      local index, attempt, status, outcome = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
      if redis.call('EXISTS', job) == 0 then return 0 end
      if outcome ~= '' then
        if redis.call('SISMEMBER', completed, index) == 1 then return 0 end
        if redis.call('SADD', completed, index .. ':' .. attempt) == 0 then return 0 end
        if status == 'ENDED_SUCCESS' then redis.call('SADD', completed, index) end
        redis.call('PEXPIREAT', completed, redis.call('PEXPIRETIME', job))
      end
      redis.call('XADD', events, '*', 'kind', 'task', 'index', index, 'attempt', attempt, 'status', status, 'outcome', outcome)
      return 1`,
  },
  frocketEndBoard: {
    numberOfKeys: 5,
    lua: `
      local job, tasks, events, completed, claims = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
      if redis.call('DEL', job) == 0 then return 0 end
      redis.call('DEL', tasks, completed, claims)
      redis.call('XTRIM', events, 'MAXLEN', 0)
      redis.call('XADD', events, '*', 'kind', 'ended')
      return redis.call('PEXPIRE', events, ARGV[1])`,
  },
};

declare module 'ioredis' {
  interface RedisCommander<Context> {
    frocketPublishTasks(job: string, tasks: string, events: string, completed: string, claims: string, ...jobExpiryAndTasks: [Buffer, number, ...Buffer[]]): Result<number, Context>;
    frocketClaimTaskBuffer(job: string, tasks: string, claims: string, ticket: string): Result<Buffer | null, Context>;
    /** The outcome is empty for a report. */
    frocketAppendEvent(job: string, events: string, completed: string, index: number, attempt: number, status: string, outcome: Buffer): Result<number, Context>;
    frocketEndBoard(job: string, tasks: string, events: string, completed: string, claims: string, keepEventsFor: number): Result<number, Context>;
  }
}

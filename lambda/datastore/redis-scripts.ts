import type { Result } from 'ioredis';
import type { RedisClient } from './redis-client';

/**
 * What several writers may do to the same keys at once, each as one step of the server. All keys of a script carry the
 * same hash tag, so that they lie on one node of a cluster.
 */
const scripts = {
  frocketClaimName: {
    numberOfKeys: 1,
    lua: `
      local holder = redis.call('GET', KEYS[1])
      if holder and holder ~= ARGV[1] then return 0 end
      redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
      return 1`,
  },
  frocketReleaseName: {
    numberOfKeys: 1,
    lua: `
      if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
      return redis.call('DEL', KEYS[1])`,
  },
  frocketTouchDataset: {
    numberOfKeys: 2,
    lua: `
      local datasets, last_used = KEYS[1], KEYS[2]
      if redis.call('HEXISTS', datasets, ARGV[1]) == 0 then return 0 end
      local before = redis.call('HGET', last_used, ARGV[1])
      if before and tonumber(before) >= tonumber(ARGV[2]) then return 0 end
      redis.call('HSET', last_used, ARGV[1], ARGV[2])
      return 1`,
  },
  frocketRemoveDataset: {
    numberOfKeys: 2,
    lua: `
      redis.call('HDEL', KEYS[2], ARGV[1])
      return redis.call('HDEL', KEYS[1], ARGV[1])`,
  },
  frocketCreateJob: {
    numberOfKeys: 1,
    lua: `
      redis.call('DEL', KEYS[1])
      redis.call('HSET', KEYS[1], 'state', ARGV[1])
      return redis.call('PEXPIREAT', KEYS[1], ARGV[2])`,
  },
  frocketFinishJob: {
    numberOfKeys: 1,
    lua: `
      if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
      if redis.call('HSETNX', KEYS[1], 'answer', ARGV[1]) == 0 then return 0 end
      return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
  },
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
  // The queue outlives the last job that it holds tickets of by a margin, and then goes by itself.
  frocketPushTickets: {
    numberOfKeys: 1,
    lua: `
      local queue = KEYS[1]
      for ticket = 1, ARGV[3] do
        redis.call('XADD', queue, '*', 'request', ARGV[1], 'launched', ARGV[2])
      end
      if redis.call('PEXPIRETIME', queue) >= tonumber(ARGV[4]) then return 0 end
      return redis.call('PEXPIREAT', queue, ARGV[4])`,
  },
  // Time is the server's, whatever the workers' clocks say. All workers are one consumer: they come and go.
  frocketReclaimTicket: {
    numberOfKeys: 1,
    lua: `
      local queue, group, lease = KEYS[1], ARGV[1], ARGV[2]
      redis.pcall('XGROUP', 'CREATE', queue, group, '0', 'MKSTREAM')
      if redis.call('PEXPIRETIME', queue) == -1 then redis.call('PEXPIRE', queue, ARGV[3]) end
      for _, lent in ipairs(redis.call('XPENDING', queue, group, 'IDLE', lease, '-', '+', 10)) do
        local claimed = redis.call('XCLAIM', queue, group, group, lease, lent[1])
        if claimed[1] then return {lent[4] + 1, claimed[1][1], claimed[1][2]} end
      end
      return false`,
  },
  // A queue that is gone has no ticket to renew.
  frocketRenewTicket: {
    numberOfKeys: 1,
    lua: `
      local queue, group, id, idle, lent = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
      redis.pcall('XCLAIM', queue, group, group, 0, id, 'IDLE', idle, 'RETRYCOUNT', lent, 'JUSTID')
      return 1`,
  },
  frocketFinishTicket: {
    numberOfKeys: 1,
    lua: `
      redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
      return redis.call('XDEL', KEYS[1], ARGV[2])`,
  },
};

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** 1 where the claim is the request's now. */
    frocketClaimName(claim: string, requestId: string, ttl: number): Result<number, Context>;
    frocketReleaseName(claim: string, requestId: string): Result<number, Context>;
    frocketTouchDataset(datasets: string, lastUsed: string, field: string, at: number): Result<number, Context>;
    /** 1 where there was such a dataset. */
    frocketRemoveDataset(datasets: string, lastUsed: string, field: string): Result<number, Context>;
    frocketCreateJob(job: string, state: Buffer, expireAt: number): Result<number, Context>;
    frocketFinishJob(job: string, answer: Buffer, ttl: number): Result<number, Context>;
    frocketPublishTasks(job: string, tasks: string, events: string, completed: string, claims: string, ...jobExpiryAndTasks: [Buffer, number, ...Buffer[]]): Result<number, Context>;
    frocketClaimTaskBuffer(job: string, tasks: string, claims: string, ticket: string): Result<Buffer | null, Context>;
    /** The outcome is empty for a report. */
    frocketAppendEvent(job: string, events: string, completed: string, index: number, attempt: number, status: string, outcome: Buffer): Result<number, Context>;
    frocketEndBoard(job: string, tasks: string, events: string, completed: string, claims: string, keepEventsFor: number): Result<number, Context>;
    frocketPushTickets(queue: string, requestId: string, launchedAt: number, count: number, expireAt: number): Result<number, Context>;
    /** How often the ticket has been lent, its ID, and its fields and values in turn. */
    frocketReclaimTicket(queue: string, group: string, lease: number, keepIdleFor: number): Result<[number, string, string[]] | null, Context>;
    /** @param idle milliseconds for which the ticket shall seem not to have been renewed */
    frocketRenewTicket(queue: string, group: string, id: string, idle: number, lent: number): Result<number, Context>;
    frocketFinishTicket(queue: string, group: string, id: string): Result<number, Context>;
  }
}

/** Makes the scripts commands of a connection. */
export function defineScripts(redis: RedisClient): void {
  Object.entries(scripts).forEach(([name, definition]) => redis.defineCommand(name, definition));
}

import type { Result } from 'ioredis';

/** What workers do to the queue at once. */
export const queueScripts = {
  // The queue outlives the last job that it holds tickets of by a margin, and then goes by itself.
  frocketPushTickets: {
    numberOfKeys: 1,
    lua: `
      local queue = KEYS[1]
      for ticket = 1, ARGV[3] do
        redis.call('XADD', queue, '*', 'request', ARGV[1], 'launched', ARGV[2])
      end
      if redis.call('PTTL', queue) >= tonumber(ARGV[4]) then return 0 end
      return redis.call('PEXPIRE', queue, ARGV[4])`,
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
    frocketPushTickets(queue: string, requestId: string, launchedAt: number, count: number, lifetime: number): Result<number, Context>;
    /** How often the ticket has been lent, its ID, and its fields and values in turn. */
    frocketReclaimTicket(queue: string, group: string, lease: number, keepIdleFor: number): Result<[number, string, string[]] | null, Context>;
    /** @param idle milliseconds for which the ticket shall seem not to have been renewed */
    frocketRenewTicket(queue: string, group: string, id: string, idle: number, lent: number): Result<number, Context>;
    frocketFinishTicket(queue: string, group: string, id: string): Result<number, Context>;
  }
}

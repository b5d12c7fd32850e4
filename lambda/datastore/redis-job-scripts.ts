import type { Result } from 'ioredis';

/** What becomes of jobs that clients come back for. */
export const jobScripts = {
  frocketCreateJob: {
    numberOfKeys: 1,
    lua: `
      redis.call('DEL', KEYS[1])
      redis.call('HSET', KEYS[1], 'state', ARGV[1])
      return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
  },
  frocketReplaceJob: {
    numberOfKeys: 1,
    lua: `
      redis.call('HSET', KEYS[1], 'state', ARGV[1], 'answer', ARGV[2])
      return redis.call('PEXPIRE', KEYS[1], ARGV[3])`,
  },
  frocketFinishJob: {
    numberOfKeys: 1,
    lua: `
      if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
      if redis.call('HSETNX', KEYS[1], 'answer', ARGV[1]) == 0 then return 0 end
      return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
  },
};

declare module 'ioredis' {
  interface RedisCommander<Context> {
    frocketCreateJob(job: string, state: Buffer, lifetime: number): Result<number, Context>;
    frocketReplaceJob(job: string, state: Buffer, answer: Buffer, ttl: number): Result<number, Context>;
    frocketFinishJob(job: string, answer: Buffer, ttl: number): Result<number, Context>;
  }
}

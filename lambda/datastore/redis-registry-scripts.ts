import type { Result } from 'ioredis';

/** What several writers may do to the registry at once. */
export const registryScripts = {
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
  // Once restored, a dataset that is missing was removed: a second restoration must not bring it back.
  frocketRestoreDatasets: {
    numberOfKeys: 2,
    lua: `
      local datasets, restored = KEYS[1], KEYS[2]
      if redis.call('SADD', restored, ARGV[1]) == 0 then return 0 end
      local missing = 0
      for field = 2, #ARGV, 2 do
        missing = missing + redis.call('HSETNX', datasets, ARGV[field], ARGV[field + 1])
      end
      return missing`,
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
    /** How many were missing. @param fieldsAndDatasets in turn */
    frocketRestoreDatasets(datasets: string, restored: string, place: string, ...fieldsAndDatasets: (string | Buffer)[]): Result<number, Context>;
  }
}

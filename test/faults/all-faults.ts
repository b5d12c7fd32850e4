import type { Fault } from './fault';
import { NetworkFault, RedisEmptied, RedisFailover, RedisFlushed, RedisGone, RedisOutOfMemory, RedisRestarted, RedisStalled } from './redis-faults';
import { CacheCorrupted, CacheDiskFull, NameRegisteredTwice, PartsReplaced, S3Fault } from './storage-faults';
import { TicketsDuplicated, TicketsLost, TicketsOfEndedJobs } from './ticket-faults';
import { ClocksSkewed, WorkersHung, WorkersHungForEver, WorkersKilled } from './worker-faults';

/** One of each kind. What takes too long for the gate is the soak's; test/invoker/redis-faults.test.ts has it in small. */
export function allFaults(): Fault[] {
  return [...shortFaults(), new RedisOutOfMemory(), new NetworkFault('Redis silent', { kind: 'silent' }), new RedisGone()];
}

export function shortFaults(): Fault[] {
  return [
    new WorkersKilled(),
    new WorkersHung(),
    new WorkersHungForEver(),
    new ClocksSkewed(),
    new TicketsDuplicated(),
    new TicketsLost(),
    new TicketsOfEndedJobs(),
    new RedisRestarted(),
    new RedisEmptied(),
    new RedisFlushed(),
    new RedisStalled(),
    new RedisFailover(),
    new NetworkFault('Redis slow', { kind: 'slow', delay: 100 }),
    new NetworkFault('Redis cut off', { kind: 'cut' }),
    new S3Fault('S3 slow', { kind: 'slow', delay: 300 }),
    new S3Fault('S3 answers 503', { kind: 'unavailable', of: 2 }),
    new S3Fault('S3 bodies truncated', { kind: 'truncated', of: 2 }),
    new PartsReplaced(),
    new CacheCorrupted(),
    ...(process.getuid?.() === 0 ? [new CacheDiskFull()] : []),
    new NameRegisteredTwice(),
  ];
}

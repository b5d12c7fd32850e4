import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault';
import type { JobEnd, Stage } from './stage';
import type { Weather } from './tcp-proxy';

/** Milliseconds. */
const BEYOND_DEADLINE = 5_000;

const nothing = () => Promise.resolve();

/** Killed, and started again with what it had written. */
export class RedisRestarted implements Fault {
  readonly name = 'Redis restarted';
  /** Connections broken. */
  hits = 0;

  async inject({ redis, network }: Stage): Promise<void> {
    this.hits += network.connections;
    await redis.pause();
    await redis.resume();
  }

  heal = nothing;
}

/** Killed, and another one, empty, takes its place. */
export class RedisEmptied implements Fault {
  readonly name = 'Redis restarted empty';
  /** Keys lost. */
  hits = 0;

  async inject(stage: Stage): Promise<void> {
    this.hits += await stage.admin.dbsize();
    await stage.replaceRedis(await stage.startRedis());
  }

  heal = nothing;
}

export class RedisFlushed implements Fault {
  readonly name = 'FLUSHALL';
  /** Keys lost. */
  hits = 0;

  async inject({ admin }: Stage): Promise<void> {
    this.hits += await admin.dbsize();
    await admin.flushall();
  }

  heal = nothing;
}

/** Every write is refused. */
export class RedisOutOfMemory implements Fault {
  readonly name = 'Redis out of memory';
  /** Writes refused. */
  hits = 0;

  async inject({ admin }: Stage): Promise<void> {
    await admin.config('RESETSTAT');
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    await admin.config('SET', 'maxmemory', '1');
  }

  async heal({ admin }: Stage): Promise<void> {
    await admin.config('SET', 'maxmemory', '0');
    this.hits += Number(/errorstat_OOM:count=(\d+)/.exec(await admin.info('errorstats'))?.[1] ?? 0);
  }
}

/** The server does nothing for three seconds. */
export class RedisStalled implements Fault {
  readonly name = 'Redis stalled';
  /** Connections that waited. */
  hits = 0;

  async inject({ admin, network }: Stage): Promise<void> {
    this.hits += network.connections;
    await admin.call('DEBUG', 'SLEEP', '3');
  }

  heal = nothing;
}

/** The master dies; its replica is promoted and takes over the name. What was not replicated yet is lost. */
export class RedisFailover implements Fault {
  readonly name = 'failover to a replica';
  /** Connections broken. */
  hits = 0;

  async inject(stage: Stage): Promise<void> {
    this.hits += stage.network.connections;
    const replica = await stage.startRedis();
    const { Redis } = await import('ioredis');
    const admin = new Redis(replica.url);
    await admin.replicaof('127.0.0.1', stage.redis.port);
    while (!(await admin.info('replication')).includes('master_link_status:up')) await sleep(20);
    await stage.redis.pause();
    await admin.replicaof('NO', 'ONE');
    admin.disconnect();
    await stage.replaceRedis(replica);
  }

  heal = nothing;
}

/** Redis is gone for longer than a job may take. */
export class RedisGone implements Fault {
  readonly name = 'Redis gone beyond the deadline';
  /** Jobs that ended with an error which names the datastore. */
  hits = 0;
  #back = 0;

  async inject({ redis, options }: Stage): Promise<void> {
    this.#back = performance.now() + options.jobTimeout + BEYOND_DEADLINE;
    await redis.pause();
  }

  onJob({ kind, detail }: JobEnd): void {
    if (kind === 'error' && /datastore|redis/i.test(detail)) this.hits++;
  }

  async heal({ redis }: Stage): Promise<void> {
    await sleep(this.#back - performance.now());
    await redis.resume();
  }
}

/** The network between the product and Redis. */
export class NetworkFault implements Fault {
  /** Connections broken or refused, pieces of data delayed. */
  hits = 0;
  #before = 0;

  constructor(
    readonly name: string,
    private readonly weather: Weather,
  ) {}

  inject({ network }: Stage): Promise<void> {
    this.#before = network.hits;
    network.weather = this.weather;
    return Promise.resolve();
  }

  heal({ network }: Stage): Promise<void> {
    network.weather = { kind: 'clear' };
    this.hits += network.hits - this.#before;
    return Promise.resolve();
  }
}

import type { Fault } from './fault';
import type { Stage } from './stage';
import type { Weather } from './tcp-proxy';

const nothing = () => Promise.resolve();

/** Killed, and started again with what it had written. */
export class RedisRestarted implements Fault {
  readonly name = 'Redis restarted';

  async inject({ redis }: Stage): Promise<void> {
    await redis.pause();
    await redis.resume();
  }

  heal = nothing;
}

/** Killed, and another one, empty, takes its place. */
export class RedisEmptied implements Fault {
  readonly name = 'Redis restarted empty';

  async inject(stage: Stage): Promise<void> {
    await stage.replaceRedis(await stage.startRedis());
  }

  heal = nothing;
}

export class RedisFlushed implements Fault {
  readonly name = 'FLUSHALL';

  async inject({ admin }: Stage): Promise<void> {
    await admin.flushall();
  }

  heal = nothing;
}

/** Every write is refused. */
export class RedisOutOfMemory implements Fault {
  readonly name = 'Redis out of memory';

  async inject({ admin }: Stage): Promise<void> {
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    await admin.config('SET', 'maxmemory', '1');
  }

  async heal({ admin }: Stage): Promise<void> {
    await admin.config('SET', 'maxmemory', '0');
  }
}

/** The server does nothing for three seconds. */
export class RedisStalled implements Fault {
  readonly name = 'Redis stalled';

  async inject({ admin }: Stage): Promise<void> {
    await admin.call('DEBUG', 'SLEEP', '3');
  }

  heal = nothing;
}

/** The master dies; its replica is promoted and takes over the name. What was not replicated yet is lost. */
export class RedisFailover implements Fault {
  readonly name = 'failover to a replica';

  async inject(stage: Stage): Promise<void> {
    const replica = await stage.startRedis();
    const { Redis } = await import('ioredis');
    const admin = new Redis(replica.url);
    await admin.replicaof('127.0.0.1', stage.redis.port);
    while (!(await admin.info('replication')).includes('master_link_status:up')) await new Promise((resolve) => setTimeout(resolve, 20));
    await stage.redis.pause();
    await admin.replicaof('NO', 'ONE');
    admin.disconnect();
    await stage.replaceRedis(replica);
  }

  heal = nothing;
}

/** The network between the product and Redis. */
export class NetworkFault implements Fault {
  constructor(
    readonly name: string,
    private readonly weather: Weather,
  ) {}

  inject({ network }: Stage): Promise<void> {
    network.weather = this.weather;
    return Promise.resolve();
  }

  heal({ network }: Stage): Promise<void> {
    network.weather = { kind: 'clear' };
    return Promise.resolve();
  }
}

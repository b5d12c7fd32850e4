import { Redis } from 'ioredis';
import { TICKET_LEASE } from '../../lambda/datastore/work-queue';
import type { SharedDatastore } from '../../lambda/datastore/datastore';
import type { Ticket } from '../../lambda/datastore/work-queue';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { RedisServer } from './redis-server';
import { sampleJob } from './samples';

const key = 'frocket:{queue}:tickets';
const always = new AbortController().signal;

let server: RedisServer;
let admin: Redis;
let invoker: SharedDatastore;
let worker: SharedDatastore;

beforeAll(async () => {
  server = await RedisServer.start();
  admin = new Redis(server.url);
  admin.on('error', () => {});
  [invoker, worker] = await Promise.all([openDatastore({ redisUrl: server.url }), openDatastore({ redisUrl: server.url })]);
});
afterAll(async () => {
  await Promise.all([invoker.close(), worker.close()]);
  admin.disconnect();
  await server.stop();
});
beforeEach(() => admin.flushall());

/** As if this much time had passed since the ticket was taken or renewed. */
async function passTime({ id }: Ticket, milliseconds: number): Promise<void> {
  await admin.xclaim(key, 'workers', 'workers', 0, id, 'IDLE', milliseconds, 'JUSTID');
}

async function take(from = worker): Promise<Ticket> {
  const ticket = await from.queue.take(always);
  if (ticket === null) throw new Error('No ticket came.');
  return ticket;
}

describe('The work queue', () => {
  test('lends each ticket once, in order, whoever comes', async () => {
    await invoker.queue.push(sampleJob('launched'), 2);
    await invoker.queue.push(sampleJob('{b}:"'), 1);

    const taken = [await take(), await take(invoker), await take()];

    expect(taken.map(({ requestId, lent }) => [requestId, lent])).toEqual([['launched', 1], ['launched', 1], ['{b}:"', 1]]);
    expect(new Set(taken.map(({ id }) => id)).size).toBe(3);
    expect(Math.abs(Date.now() - taken[0].launchedAt)).toBeLessThan(60_000);
    expect(await worker.queue.take(always)).toBeNull();
  });

  test('wakes who waits', async () => {
    const waiting = worker.queue.take(always);
    await invoker.queue.push(sampleJob('job'), 1);

    expect(await waiting).toMatchObject({ requestId: 'job' });
  });

  test('counts what waits and what is lent, not what is finished', async () => {
    expect(await invoker.queue.length()).toBe(0);
    await invoker.queue.push(sampleJob('job'), 3);
    const ticket = await take();
    expect(await invoker.queue.length()).toBe(3);
    await worker.queue.finish(ticket);
    await worker.queue.finish(ticket);
    expect(await invoker.queue.length()).toBe(2);
  });

  test('gets a ticket back whose worker has not renewed it in time, before those that nobody had, and counts', async () => {
    await invoker.queue.push(sampleJob('job'), 2);
    const lost = await take();
    await passTime(lost, TICKET_LEASE + 1);

    expect(await take(invoker)).toEqual({ ...lost, lent: 2 });
    expect((await take()).id).not.toBe(lost.id);
  });

  test('leaves a ticket with its worker while that renews it', async () => {
    await invoker.queue.push(sampleJob('job'), 1);
    const ticket = await take();
    await passTime(ticket, TICKET_LEASE + 1);
    await worker.queue.renew(ticket);

    expect(await invoker.queue.take(always)).toBeNull();
    await passTime(ticket, TICKET_LEASE + 1);
    expect((await take(invoker)).lent).toBe(2);
  });

  test('lends a ticket that was given back at once, which counts as not lent', async () => {
    await invoker.queue.push(sampleJob('job'), 1);
    const ticket = await take();
    await worker.queue.giveBack(ticket);

    expect(await take(invoker)).toEqual(ticket);
  });

  test('finds lost tickets among many that are lent', async () => {
    await invoker.queue.push(sampleJob('job'), 60);
    const taken: Ticket[] = [];
    for (let count = 0; count < 60; count++) taken.push(await take());
    await passTime(taken[50], TICKET_LEASE + 1);

    expect((await take()).id).toBe(taken[50].id);
  });

  test('lends nothing to whom is leaving, and keeps what came too late for others', async () => {
    await invoker.queue.push(sampleJob('job'), 1);
    expect(await worker.queue.take(AbortSignal.abort())).toBeNull();
    await worker.queue.finish(await take());

    const leaving = new AbortController();
    const waiting = worker.queue.take(leaving.signal);
    leaving.abort();
    await invoker.queue.push(sampleJob('job'), 1);
    expect(await waiting).toBeNull();
    expect(await take(invoker)).toMatchObject({ requestId: 'job', lent: 1 });
  });

  test('expires after the last deadline of its jobs, and is there again when needed', async () => {
    const deadline = Date.now() + 100_000;
    await invoker.queue.push(sampleJob('long', deadline), 1);
    await invoker.queue.push(sampleJob('short', deadline - 50_000), 1);
    const expiry = await admin.pexpiretime(key);
    expect(Math.abs(expiry - (deadline + 60_000))).toBeLessThan(5_000);
    const ticket = await take();
    expect(await admin.pexpiretime(key)).toBe(expiry);

    await admin.del(key);
    await worker.queue.renew(ticket);
    await worker.queue.finish(ticket);
    expect(await worker.queue.take(always)).toBeNull();
    expect(await admin.pttl(key)).toBeGreaterThan(0);
    await invoker.queue.push(sampleJob('again'), 1);
    expect(await take()).toMatchObject({ requestId: 'again' });
  });

  test('keeps its tickets over a crash of Redis', async () => {
    await invoker.queue.push(sampleJob('job'), 2);
    const lent = await take();
    await server.pause();
    await server.resume();
    await passTime(lent, TICKET_LEASE + 1);

    expect(await take()).toEqual({ ...lent, lent: 2 });
    expect(await take()).toMatchObject({ requestId: 'job', lent: 1 });
  });
});

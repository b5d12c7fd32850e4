import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { accessString } from '../../lib/constructs/datastore-users';

// The access string is judged by a real server, which speaks the same language as ElastiCache's.
const folder = mkdtempSync(path.join(tmpdir(), 'frocket-users-'));
const socket = path.join(folder, 'redis.sock');
let server: ChildProcess;
let redis: Redis;

beforeAll(async () => {
  server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder], { stdio: 'ignore' });
  redis = new Redis({ path: socket, retryStrategy: () => 50, maxRetriesPerRequest: 100 });
  redis.on('error', () => undefined);
  await redis.call('ACL', 'SETUSER', 'function', ...accessString.split(' '));
});

afterAll(async () => {
  redis.disconnect();
  server.kill();
  await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

/** Whether a function's user may run a command. */
const may = async (...command: string[]) => (await redis.call('ACL', 'DRYRUN', 'function', ...command)) === 'OK';

test.each([
  ['GET', 'frocket:dataset'], ['SET', 'frocket:job', '1', 'EX', '60'], ['DEL', 'frocket:job'], ['HSET', 'frocket:tasks', 'a', 'b'], ['EXPIRE', 'frocket:job', '60'],
  ['XADD', 'frocket:events', '*', 'a', 'b'], ['XREAD', 'BLOCK', '10', 'STREAMS', 'frocket:events', '0'], ['BLPOP', 'frocket:queue', '1'], ['ZADD', 'frocket:parts', '1', 'a'],
  ['EVALSHA', 'abc', '1', 'frocket:job'], ['PUBLISH', 'frocket:done', 'a'], ['SUBSCRIBE', 'frocket:done'], ['MULTI'], ['PING'], ['INFO'], ['HELLO'], ['CLUSTER', 'SLOTS'],
])('functions may %s %s', async (...command) => {
  expect(await may(...command)).toBe(true);
});

test.each([
  ['GET', 'other'], ['SET', 'other', '1'], ['PUBLISH', 'other', 'a'], ['FLUSHALL'], ['FLUSHDB'], ['KEYS', 'frocket:*'], ['CONFIG', 'GET', '*'], ['ACL', 'LIST'],
  ['SHUTDOWN'], ['DEBUG', 'SLEEP', '1'], ['MONITOR'], ['CLUSTER', 'FAILOVER'], ['REPLICAOF', 'NO', 'ONE'],
])('functions may not %s %s', async (...command) => {
  expect(await may(...command)).toBe(false);
});

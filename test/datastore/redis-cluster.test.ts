import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Datastore } from '../../lambda/datastore/datastore';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { describeAnswerStore } from './answer-contract';
import { describeDatastore } from './contract';
import { RedisServer } from './redis-server';

let servers: RedisServer[];
let datastore: Datastore;

/** Three nodes that share the slots, so that a command whose keys lie on two of them fails. */
beforeAll(async () => {
  servers = await Promise.all([1, 2, 3].map(() => RedisServer.start('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1')));
  const nodes = servers.map(({ port }) => new Redis(port, '127.0.0.1'));
  await Promise.all(nodes.map((node, index) => node.call('CLUSTER', 'ADDSLOTSRANGE', index * 5461, index === 2 ? 16383 : index * 5461 + 5460)));
  await Promise.all(nodes.map((node, index) => node.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)));
  for (const { port } of servers.slice(1)) {
    await nodes[0].call('CLUSTER', 'MEET', '127.0.0.1', port);
  }
  for (const node of nodes) {
    while (!(await node.cluster('INFO')).includes('cluster_state:ok') || !(await node.cluster('INFO')).includes('cluster_known_nodes:3')) await delay(50);
    node.disconnect();
  }
  datastore = await openDatastore({ redisUrl: servers[0].url, isCluster: true });
}, 60_000);

afterAll(async () => {
  await datastore.close();
  await Promise.all(servers.map((server) => server.stop()));
});

describe('A datastore in a Redis cluster', () => {
  describeDatastore(() => datastore);
  describeAnswerStore(() => datastore);
});

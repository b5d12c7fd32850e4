import autocannon from 'autocannon';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateSampleDataset } from '../scripts/sample-data/sample-dataset';
import type { Section, SectionRow } from './engine/section';

const repository = path.resolve(import.meta.dirname, '..');
const ROUNDS = 3;
const route = '/datasets/shop/query';

/** @param number makes it a query of its own */
const queryText = (number: number) => JSON.stringify({
  timeframe: { to: 4_000_000_000_000 - number },
  query: { conditions: [{ filter: ['event', '==', 'add_to_cart'] }], aggregations: [{ column: 'country' }] },
  funnel: { sequence: [{ filter: ['event', '==', 'view'] }, { filter: ['event', '==', 'purchase'] }] },
});

interface Load {
  readonly name: string;
  readonly note: string;
  run(url: string): Promise<autocannon.Result>;
}

const loads: readonly Load[] = [
  {
    name: 'api.stored',
    note: 'goal 1,000; 20 connections',
    run: (url) => autocannon({ url: `${url}${route}`, method: 'POST', body: queryText(0), connections: 20, duration: 5 }),
  },
  {
    name: 'api.fresh',
    note: 'goal no error; 50 connections, each query another, none stored',
    run(url) {
      let number = 0;
      const setupRequest = (request: autocannon.Request): autocannon.Request => ({ ...request, body: queryText(++number) });
      // Their order is that of a queue: the last of 50 waits for all others.
      return autocannon({ url, method: 'POST', connections: 50, amount: 200, timeout: 60, requests: [{ method: 'POST', path: `${route}?fresh=true`, setupRequest }] });
    },
  },
];

async function serve(folder: string): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const options = ['serve', '--port', '0', '--data-dir', path.join(folder, 'data'), '--root', folder];
  const server = spawn(process.execPath, [path.join(repository, 'scripts/frocket.mjs'), ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [greeting] = (await once(server.stdout, 'data')) as [Buffer];
  return { process: server, url: /http:\/\/[^\s/]+/.exec(greeting.toString())?.[0] ?? '' };
}

async function post(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body });
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  }
}

/** The laptop's server under load from the same machine, both on all cores. */
export const api: Section = {
  name: 'api',
  title: 'The laptop\'s server on the sample dataset, autocannon beside it; medians of three interleaved rounds',
  async measure() {
    const folder = await mkdtemp(path.join(tmpdir(), 'frocket-bench-'));
    const server = await serve(folder);
    try {
      const basepath = path.join(folder, 'shop');
      await generateSampleDataset(basepath);
      await post(`${server.url}/datasets/register`, JSON.stringify({ name: 'shop', basepath, groupIdColumn: 'user_id', timestampColumn: 'timestamp' }));
      await post(`${server.url}${route}`, queryText(0));
      const results = loads.map((): autocannon.Result[] => []);
      for (let round = 0; round < ROUNDS; round++) {
        for (const [index, load] of loads.entries()) results[index].push(await load.run(server.url));
      }
      return loads.flatMap((load, index) => rowsOf(load, results[index]));
    } finally {
      server.process.kill('SIGTERM');
      await once(server.process, 'exit');
      await rm(folder, { recursive: true });
    }
  },
};

function rowsOf({ name, note }: Load, results: readonly autocannon.Result[]): SectionRow[] {
  const of = (value: (result: autocannon.Result) => number) => median(results.map(value));
  const latency = (percentile: 'p50' | 'p90' | 'p99'): SectionRow => ({ name: `${name}.${percentile}`, value: of((result) => result.latency[percentile]), unit: 'ms' });
  const errors = results.reduce((sum, result) => sum + result.non2xx + result.errors, 0);
  return [
    { name: `${name}.throughput`, value: of((result) => result.requests.total / result.duration), unit: 'requests/s', note },
    latency('p50'), latency('p90'), latency('p99'),
    { name: `${name}.errors`, value: errors, unit: 'requests' },
  ];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/**
 * What the laptop's server holds, asked by autocannon on the same machine: stored answers by 20 connections, and queries that
 * run anew by 50. Rounds are interleaved, and medians printed. `npm run bench:api`
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { generateSampleDataset } from '../scripts/sample-data/sample-dataset';

const repository = path.resolve(import.meta.dirname, '..');
const ROUNDS = 3;

const query = JSON.stringify({
  query: { conditions: [{ filter: ['event', '==', 'add_to_cart'] }], aggregations: [{ column: 'country' }] },
  funnel: { sequence: [{ filter: ['event', '==', 'view'] }, { filter: ['event', '==', 'purchase'] }] },
});

const cases = [
  { name: 'stored answers, 20 connections', path: '/datasets/shop/query', options: ['-c', '20', '-d', '5'] },
  { name: 'fresh runs, 50 connections', path: '/datasets/shop/query?fresh=true', options: ['-c', '50', '-a', '200'] },
];

/** As much of autocannon's report as is used. Latencies in milliseconds. */
interface Report {
  readonly requests: { readonly average: number };
  readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly non2xx: number;
  readonly errors: number;
}

async function load(url: string, options: readonly string[]): Promise<Report> {
  const program = path.join(repository, 'node_modules/autocannon/autocannon.js');
  const arguments_ = [program, ...options, '-m', 'POST', '-b', query, '-H', 'content-type=application/json', '--json', '--no-progress', url];
  const running = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(await text(running.stdout)) as Report;
}

async function serve(folder: string): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const options = ['serve', '--port', '0', '--data-dir', path.join(folder, 'data'), '--root', folder];
  const server = spawn(process.execPath, [path.join(repository, 'scripts/frocket.mjs'), ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [greeting] = (await once(server.stdout, 'data')) as [Buffer];
  return { process: server, url: /http:\/\/\S+/.exec(greeting.toString())?.[0] ?? '' };
}

async function post(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body });
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const folder = await mkdtemp(path.join(tmpdir(), 'frocket-bench-'));
const server = await serve(folder);
try {
  const basepath = path.join(folder, 'shop');
  await generateSampleDataset(basepath);
  await post(`${server.url}/datasets/register`, JSON.stringify({ name: 'shop', basepath, groupIdColumn: 'user_id', timestampColumn: 'timestamp' }));
  await post(`${server.url}/datasets/shop/query`, query);
  const reports = cases.map((): Report[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { path: pathname, options }] of cases.entries()) {
      reports[index].push(await load(`${server.url}${pathname}`, options));
    }
  }
  process.stdout.write(`Node ${process.version}, ${availableParallelism()} cores, server and load on the same\n\n`);
  process.stdout.write('| what | requests/s | p50 | p99 | slowest | errors |\n|---|---|---|---|---|---|\n');
  for (const [index, { name }] of cases.entries()) {
    const of = (value: (report: Report) => number) => Math.round(median(reports[index].map(value)));
    const failed = reports[index].reduce((sum, { non2xx, errors }) => sum + non2xx + errors, 0);
    process.stdout.write(`| ${name} | ${of(({ requests }) => requests.average)} | ${of(({ latency }) => latency.p50)} ms | ${of(({ latency }) => latency.p99)} ms | ${of(({ latency }) => latency.max)} ms | ${failed} |\n`);
  }
} finally {
  server.process.kill('SIGTERM');
  await once(server.process, 'exit');
  await rm(folder, { recursive: true });
}

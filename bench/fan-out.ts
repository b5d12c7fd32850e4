/**
 * What fanning a query out costs beyond its slowest task: the real invoker's job runner, launcher, board and merge, on a real
 * Redis, against a simulated fleet of warm workers. `npm run bench:fan-out`
 */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { lambdaCost } from '../lambda/invoker/cost';
import { coloursFor } from '../scripts/output/colours';
import { renderTable } from '../scripts/output/table';
import { makeCertificates } from '../test/harness/certificates';
import { freePort } from '../test/storage/free-port';
import type { FleetOptions, FleetReport, FleetWork } from './fan-out-fleet';
import type { InvokerJob, InvokerReport } from './fan-out-invoker';
import type { LaunchReport } from './fan-out-launch';
import type { LatencyModel } from './fan-out-latencies';
import { aggregationQuery, emptyQuery, measurePart } from './fan-out-part';
import type { MeasuredPart } from './fan-out-part';

/** As the worker is deployed by default: one vCPU. */
const MEMORY_MEGABYTES = 1769;

/** Queries after the first, which meets a fresh invoker. */
const ROUNDS = 7;

const LAUNCH_ROUNDS = 4;

/** One kind of job; times in milliseconds, medians of the queries after the first. */
export interface FanOutRow {
  readonly name: string;
  readonly latencies: LatencyModel;
  readonly parts: number;
  readonly total: number;
  /** In a fresh invoker process: connections to be made, code to be compiled. */
  readonly first: number;
  readonly launch: number;
  /** Beyond the end of the last task's work, counted from the job's start. */
  readonly overhead: number;
  readonly slowestStart: number;
  readonly claim: number;
  readonly merge: number;
  /** Of the invoker. */
  readonly processor: number;
  readonly handshakes: number;
  /** Dollars of compute as Lambda bills it, claims and outcomes included, requests not. */
  readonly compute: number;
  /** Dollars as `stats.cost` says, requests included. */
  readonly cost: number;
}

/** Launching alone, as the product does it and by the SDK as it comes; times in milliseconds. */
export interface LaunchRow {
  readonly parts: number;
  readonly side: 'launcher' | 'SDK';
  /** In a fresh process. */
  readonly first: LaunchReport;
  readonly handshakes: number;
  /** The least of those after it. */
  readonly again: LaunchReport;
}

interface Scenario {
  readonly name: string;
  readonly parts: number;
  readonly query: InvokerJob['query'];
  readonly part: MeasuredPart;
  readonly latencies: FleetWork['latencies'];
}

/** Launches alone, then runs all scenarios, each in a fresh invoker. */
export async function measureFanOut(): Promise<{ readonly launches: LaunchRow[]; readonly rows: FanOutRow[]; readonly parts: Readonly<Record<'headline' | 'tiny', MeasuredPart>> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'frocket-fan-out-'));
  const children: ChildProcess[] = [];
  try {
    const parts = {
      // A 256th of the original's published run.
      headline: await measurePart(path.join(folder, 'headline'), 992_618, 56_453, emptyQuery),
      tiny: await measurePart(path.join(folder, 'tiny'), 20_000, 2_000, aggregationQuery),
    };
    const { redisUrl, fleet, endpoint, authority } = await startFleet(folder, children);
    const launches: LaunchRow[] = [];
    for (const count of [256, 1000, 2000, 10_000]) {
      for (const side of ['launcher', 'SDK'] as const) {
        launches.push(await measureLaunch(count, side, fleet, await startInvoker('fan-out-launch.ts', side, endpoint, authority, children)));
      }
    }
    const headline = { parts: 256, query: emptyQuery, part: parts.headline };
    const scenarios: Scenario[] = [
      { name: 'headline', ...headline, latencies: 'less the launching' },
      { name: 'headline', ...headline, latencies: 'fitted' },
      { name: 'headline', ...headline, latencies: 'as published' },
      { name: 'no condition', ...headline, parts: 1000, latencies: 'fitted' },
      { name: 'tiny parts, counts per value', parts: 2000, query: aggregationQuery, part: parts.tiny, latencies: 'fitted' },
    ];
    const rows: FanOutRow[] = [];
    for (const scenario of scenarios) {
      rows.push(await measure(scenario, fleet, () => startInvoker('fan-out-invoker.ts', redisUrl, endpoint, authority, children)));
    }
    return { launches, rows, parts };
  } finally {
    children.forEach((child) => child.kill());
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startFleet(folder: string, children: ChildProcess[]) {
  const redis = execFileSync(process.execPath, [path.join(import.meta.dirname, '../scripts/install-redis.mjs'), '--which'], { encoding: 'utf8' });
  const port = await freePort();
  children.push(spawn(redis, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder], { stdio: 'ignore' }));
  const redisUrl = `redis://127.0.0.1:${port}`;
  const { authority, certificate, key } = makeCertificates(folder, 'localhost', '127.0.0.1');
  const fleet = startProcess('fan-out-fleet.ts', [], otherProcessor(), {}, children);
  const options: FleetOptions = { redisUrl, certificate, key };
  fleet.send(options);
  const [{ port: apiPort }] = (await once(fleet, 'message')) as [{ port: number }];
  return { redisUrl, fleet, authority, endpoint: `https://127.0.0.1:${apiPort}` };
}

async function startInvoker(file: string, argument: string, endpoint: string, authority: string, children: ChildProcess[]): Promise<ChildProcess> {
  const environment = { AWS_ENDPOINT_URL_LAMBDA: endpoint, NODE_EXTRA_CA_CERTS: authority, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', AWS_SESSION_TOKEN: 'b'.repeat(800) };
  const invoker = startProcess(file, [argument], '0', environment, children);
  await once(invoker, 'message');
  return invoker;
}

/** @param processor that the process is confined to, where this system can do that */
function startProcess(file: string, args: readonly string[], processor: string, environment: Record<string, string>, children: ChildProcess[]): ChildProcess {
  const command = [process.execPath, '--import', 'tsx', path.join(import.meta.dirname, file), ...args];
  const [program, ...rest] = process.platform === 'linux' ? ['taskset', '-c', processor, ...command] : command;
  const child = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, NODE_NO_WARNINGS: '1', ...environment } });
  children.push(child);
  return child;
}

function otherProcessor(): string {
  return String(Math.min(1, cpus().length - 1));
}

async function measureLaunch(parts: number, side: LaunchRow['side'], fleet: ChildProcess, launching: ChildProcess): Promise<LaunchRow> {
  const first = (await ask(launching, parts)) as LaunchReport;
  const { handshakes } = (await ask(fleet, 'report')) as FleetReport;
  const again: LaunchReport[] = [];
  for (let round = 0; round < LAUNCH_ROUNDS; round++) again.push((await ask(launching, parts)) as LaunchReport);
  await ask(fleet, 'report');
  launching.kill();
  const least = (what: keyof LaunchReport) => Math.min(...again.map((report) => report[what]));
  return { parts, side, first, handshakes, again: { wall: least('wall'), processor: least('processor') } };
}

async function measure({ name, parts, query, part, latencies }: Scenario, fleet: ChildProcess, startInvokerProcess: () => Promise<ChildProcess>): Promise<FanOutRow> {
  const invoker = await startInvokerProcess();
  const runs: { invoker: InvokerReport; fleet: FleetReport }[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const work: FleetWork = { durations: part.warm, readDuration: part.fromFile, result: part.result, latencies, seed: round };
    await ask(fleet, work);
    const job: InvokerJob = { parts, query, memoryMegabytes: MEMORY_MEGABYTES };
    const report = (await ask(invoker, job)) as InvokerReport;
    if (report.matchingGroups !== parts * part.result.query.matchingGroups) {
      throw new Error(`${name}: ${report.matchingGroups} groups, which are not ${parts} times ${part.result.query.matchingGroups}.`);
    }
    runs.push({ invoker: report, fleet: (await ask(fleet, 'report')) as FleetReport });
  }
  invoker.kill();
  const [first, ...warm] = runs;
  const of = (value: (run: (typeof runs)[number]) => number) => median(warm.map(value));
  return {
    name,
    latencies,
    parts,
    total: of((run) => run.invoker.total),
    first: first.invoker.total,
    launch: of((run) => run.invoker.launch),
    overhead: of((run) => run.invoker.total - run.fleet.lastWorkEnded),
    slowestStart: of((run) => Math.max(...run.fleet.starts)),
    claim: of((run) => median(run.fleet.claims)),
    merge: of((run) => run.invoker.merge),
    processor: of((run) => run.invoker.processor),
    handshakes: first.fleet.handshakes,
    compute: of((run) => lambdaCost(run.fleet.billed, 0, { memoryMegabytes: MEMORY_MEGABYTES, architecture: 'arm64' })),
    cost: of((run) => run.invoker.cost),
  };
}

async function ask(child: ChildProcess, message: FleetWork | InvokerJob | number | 'report'): Promise<unknown> {
  child.send(message);
  const listening = new AbortController();
  const { signal } = listening;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('A process of the benchmark has ended.');
  });
  try {
    const [answer] = (await Promise.race([once(child, 'message', { signal }), ended])) as [unknown];
    return answer;
  } finally {
    ended.catch(() => {});
    listening.abort();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { launches, rows, parts } = await measureFanOut();
  console.log(`Node.js ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}; medians of ${ROUNDS} queries, and a first one; milliseconds\n`);
  for (const [name, { rows: count, bytes, warm, fromFile }] of Object.entries(parts)) {
    console.log(`Part '${name}': ${count} rows, ${bytes} bytes; kept in memory ${median(warm).toFixed(2)}, from a file ${fromFile.toFixed(0)}`);
  }
  const right = (title: string) => ({ title, align: 'right' as const });
  const colours = coloursFor(process.stdout);
  const launchCells = launches.map(({ parts: count, side, first, handshakes, again }) => [side, ...[count, first.wall, first.processor, handshakes, again.wall, again.processor].map((value) => value.toFixed(0))]);
  console.log(`\nLaunching alone, least of ${LAUNCH_ROUNDS} after a first\n`);
  console.log(renderTable([{ title: 'by' }, ...['parts', 'first', 'CPU', 'handshakes', 'again', 'CPU'].map(right)], launchCells, colours));
  console.log('\nWhole queries\n');
  const columns = [{ title: 'query' }, { title: 'latencies' }, ...['parts', 'total', 'first', 'launch', 'last start', 'overhead', 'claim', 'merge', 'CPU', 'compute $', 'cost $'].map(right)];
  const cells = rows.map((row) => [
    row.name,
    row.latencies,
    ...[row.parts, row.total, row.first, row.launch, row.slowestStart, row.overhead].map((value) => value.toFixed(0)),
    row.claim.toFixed(1), row.merge.toFixed(1), row.processor.toFixed(0), row.compute.toFixed(6), row.cost.toFixed(6),
  ]);
  console.log(renderTable(columns, cells, colours));
}

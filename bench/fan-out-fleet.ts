/**
 * A simulated Lambda, in a process of its own: the Invoke API over TLS, and worker environments that are real but for
 * their work, which is a wait as long as the measured part took. Started by `fan-out.ts`.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskOutcome } from '../lambda/datastore/job';
import { openDatastore } from '../lambda/datastore/open-datastore';
import type { TaskBoard } from '../lambda/datastore/task-board';
import type { PartialResult } from '../lambda/engine/partial';
import { seededRandom } from '../scripts/sample-data/random';
import { latency } from './fan-out-latencies';
import type { LatencyModel } from './fan-out-latencies';

/** Connections to Redis: an environment has one of its own, but a process of this size would wait for itself. */
const REDIS_CONNECTIONS = 32;

/** Milliseconds in which the Invoke API answers. */
const API_LATENCY = { least: 10, most: 25 } as const;

export interface FleetOptions {
  readonly redisUrl: string;
  readonly certificate: string;
  readonly key: string;
}

/** What workers do from now on; until they are told, invocations are accepted and start nothing. */
export interface FleetWork {
  /** Milliseconds that a task takes whose part the environment has cached, drawn from these. */
  readonly durations: readonly number[];
  /** Milliseconds that a task takes whose part has to be read. */
  readonly readDuration: number;
  readonly result: PartialResult;
  readonly latencies: LatencyModel;
  readonly seed: number;
}

/** Since the last was told, times in milliseconds. */
export interface FleetReport {
  readonly requests: number;
  readonly tasks: number;
  readonly handshakes: number;
  /** From the launch to each worker's start. */
  readonly starts: number[];
  /** Of each claim. */
  readonly claims: number[];
  /** Of each invocation, from its start to its end, as Lambda bills it. */
  readonly billed: number[];
  /** From the launch to the end of the last task's work, without what hands over the outcome. */
  lastWorkEnded: number;
}

const emptyReport = (): FleetReport & { requests: number; tasks: number; handshakes: number } => ({ requests: 0, tasks: 0, handshakes: 0, starts: [], claims: [], billed: [], lastWorkEnded: 0 });

process.once('message', (options: FleetOptions) => void start(options));
process.once('disconnect', () => process.exit());

async function start({ redisUrl, certificate, key }: FleetOptions): Promise<void> {
  const datastores = await Promise.all(Array.from({ length: REDIS_CONNECTIONS }, () => openDatastore({ redisUrl })));
  let work: FleetWork | null = null;
  let random = seededRandom(0);
  let report = emptyReport();

  // As `lambda/worker/handler.ts`; each environment has one part cached.
  const runWorker = async (event: { requestId: string; launchedAt: number }, ownPart: number, { durations, readDuration, result, latencies }: FleetWork) => {
    const delay = latency(latencies, random) - (latencies === 'as published' ? Date.now() - event.launchedAt : 0);
    const duration = durations[random.integer(0, durations.length - 1)];
    const board: TaskBoard = datastores[random.integer(0, REDIS_CONNECTIONS - 1)].tasks;
    await sleep(delay);
    const startedAt = performance.now();
    report.starts.push(Date.now() - event.launchedAt);
    const job = await board.job(event.requestId);
    const cached = new Set([ownPart]);
    for (let ran = 0; job !== null; ran++) {
      const invokeLatency = Date.now() - event.launchedAt;
      const askedAt = performance.now();
      const task = await board.claim(event.requestId, { cached: [...cached], onlyCached: ran > 0 && job.selectionWait > 0 });
      report.claims.push(performance.now() - askedAt);
      if (task === null) break;
      const totalTime = cached.has(task.index) ? duration : readDuration;
      cached.add(task.index);
      const reported = board.report(event.requestId, task, 'RUNNING_QUERY');
      await sleep(totalTime);
      report.lastWorkEnded = Math.max(report.lastWorkEnded, Date.now() - event.launchedAt);
      const loadedFrom = totalTime === duration ? 'memory' : 'source';
      const stats = { invokeLatency, loadTime: 0, totalTime, scannedRows: result.scannedRows, scannedGroups: result.scannedGroups, bytesRead: 0, readRequests: 0, cold: false, loadedFrom } as const;
      const outcome: TaskOutcome = { status: 'ENDED_SUCCESS', result, stats };
      await reported;
      await board.complete(event.requestId, task, outcome);
      report.tasks++;
    }
    report.billed.push(performance.now() - startedAt);
  };

  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request: IncomingMessage, response) => {
    void json(request).then(async (event) => {
      if (work !== null) void runWorker(event as { requestId: string; launchedAt: number }, report.requests, work);
      report.requests++;
      await sleep(random.integer(API_LATENCY.least, API_LATENCY.most));
      response.writeHead(202).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('secureConnection', () => report.handshakes++);
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

  process.on('message', (message: FleetWork | 'report') => {
    if (message === 'report') {
      process.send?.(report);
      report = emptyReport();
    } else {
      work = message;
      // Neighbouring seeds would begin with much the same values.
      random = seededRandom(Math.imul(message.seed + 1, 2_654_435_761));
      process.send?.('ready');
    }
  });
}

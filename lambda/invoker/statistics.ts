import type { PartFile } from '../datastore/dataset';
import type { TaskStats } from '../datastore/job';
import { lambdaCost } from './cost';
import type { WorkerPricing } from './cost';
import type { InvokerStats, Percentiles, Stats, WorkerStats } from './service';

/** What the invoker measured of a job. Times in milliseconds. */
export interface JobMeasurements {
  readonly enqueueTime: number;
  readonly pollTime: number;
  /** Attempts published. */
  readonly attempts: number;
  readonly failedAttempts: number;
  readonly retries: number;
  readonly successes: readonly TaskSuccessMeasurement[];
  /** How long each ended attempt ran, failed ones too. */
  readonly durations: readonly number[];
}

export interface TaskSuccessMeasurement {
  readonly stats: TaskStats;
  /** Since the job's start, in milliseconds. */
  readonly endedAfter: number;
}

/**
 * @param totalTime milliseconds from the request to its answer
 * @param pricing null where workers cost nothing, as threads of this machine
 */
export function jobStatistics(job: JobMeasurements, parts: readonly PartFile[], totalTime: number, pricing: WorkerPricing | null): Stats {
  return {
    totalTime: inSeconds(totalTime),
    invoker: invokerStatistics(job),
    worker: workerStatistics(job.successes.map(({ stats }) => stats)),
    dataset: { parts: parts.length, totalSize: sum(parts.map(({ size }) => size)) },
    cost: pricing === null ? 0 : lambdaCost(job.durations, job.attempts, pricing),
  };
}

function invokerStatistics(job: JobMeasurements): InvokerStats {
  const quarters = job.successes.map(({ endedAfter }) => Math.ceil(endedAfter / 250) / 4).sort((a, b) => a - b);
  const taskSuccessOverTime: Record<string, number> = {};
  for (const quarter of quarters) {
    const key = quarter.toFixed(2);
    taskSuccessOverTime[key] = (taskSuccessOverTime[key] ?? 0) + 1;
  }
  return {
    enqueueTime: inSeconds(job.enqueueTime),
    pollTime: inSeconds(job.pollTime),
    totalTasks: job.attempts,
    failedTasks: job.failedAttempts,
    retries: job.retries,
    taskSuccessOverTime,
  };
}

function workerStatistics(tasks: readonly TaskStats[]): WorkerStats {
  const cold = tasks.filter((task) => task.cold).length;
  const loadedFrom = (place: TaskStats['loadedFrom']) => tasks.filter((task) => task.loadedFrom === place).length;
  return {
    coldTasks: cold,
    warmTasks: tasks.length - cold,
    invokeLatency: percentiles(tasks.map((task) => task.invokeLatency)),
    loadTime: percentiles(tasks.map((task) => task.loadTime)),
    totalTime: percentiles(tasks.map((task) => task.totalTime)),
    scannedRows: sum(tasks.map((task) => task.scannedRows)),
    scannedGroups: sum(tasks.map((task) => task.scannedGroups)),
    bytesRead: sum(tasks.map((task) => task.bytesRead)),
    readRequests: sum(tasks.map((task) => task.readRequests)),
    cache: { source: loadedFrom('source'), diskCache: loadedFrom('disk'), memory: loadedFrom('memory') },
  };
}

/** Percentiles with linear interpolation between the two nearest ranks, as pandas and NumPy give them. */
function percentiles(milliseconds: readonly number[]): Percentiles | null {
  if (milliseconds.length === 0) {
    return null;
  }
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number) => {
    const rank = share * (sorted.length - 1);
    const below = sorted[Math.floor(rank)];
    const above = sorted[Math.ceil(rank)];
    return inSeconds(below + (above - below) * (rank - Math.floor(rank)));
  };
  return {
    mean: inSeconds(sum(sorted) / sorted.length),
    min: at(0),
    '25%': at(0.25),
    '50%': at(0.5),
    '75%': at(0.75),
    '95%': at(0.95),
    '99%': at(0.99),
    max: at(1),
  };
}

/** To the microsecond: more digits would be noise. */
function inSeconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1e6;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

import type { InspectionWork, LaunchedTask, QueryWork, Task, TaskOutcome, TaskStats, TaskStatus, TaskSuccess } from '../datastore/job';
import { openParquet } from '../parquet/parquet-file';
import { CountingSource } from '../storage/counting-source';
import { PartCache } from '../storage/part-cache/part-cache';
import type { PartSource } from '../storage/storage';
import { inspectPart } from './inspect';
import { checkIdentity, loadPart } from './load-part';
import { openBasepath } from './open-basepath';
import { checkResultSize } from './result-size';
import { taskFailure } from './task-failure';

/** Whether this worker has yet to run its first task. */
let cold = true;

/** Milliseconds between two reports of a task that still does the same: who follows it takes long silence for its end. */
const SIGN_OF_LIFE_INTERVAL = 2_500;

type StatusListener = (status: TaskStatus) => void;

/** What a task came to, and what it took. */
interface Processed {
  readonly result: TaskSuccess['result'];
  readonly scanned: Pick<TaskStats, 'scannedRows' | 'scannedGroups'>;
  /** When reading and decoding ended, by `performance.now()`. */
  readonly loadedAt: number;
  readonly loadedFrom: TaskStats['loadedFrom'];
}

export interface WorkerContext {
  /** What this worker keeps of parts; default: nothing. */
  readonly cache?: PartCache;
  /** Bytes that reading a part may take; default: no limit. A part that needs more fails with an error that says so. */
  readonly memoryLimit?: number;
  /** Folders and S3 prefixes that parts must lie in; null, the default: all that this process may read. */
  readonly roots?: readonly string[] | null;
}

/**
 * Runs one task from start to end: reads what it needs of its part, and evaluates or inspects it.
 *
 * @param onStatus told of the steps on the way, each again as long as it lasts; not of the beginning, which is the claim,
 *   nor of the end, which is the outcome
 * @returns the outcome; every failure is one, nothing is thrown
 */
export async function runTask(
  { work, task, launchedAt }: LaunchedTask,
  onStatus: StatusListener,
  { roots = null, cache = new PartCache({ memoryBytes: 0, disk: null }), memoryLimit = Infinity }: WorkerContext = {},
): Promise<TaskOutcome> {
  const invokeLatency = Math.max(0, Date.now() - launchedAt);
  const startedAt = performance.now();
  const wasCold = cold;
  cold = false;
  let source: CountingSource | null = null;

  const stats = (processed: Processed | null): TaskStats => ({
    invokeLatency,
    loadTime: (processed?.loadedAt ?? performance.now()) - startedAt,
    totalTime: performance.now() - startedAt,
    scannedRows: processed?.scanned.scannedRows ?? 0,
    scannedGroups: processed?.scanned.scannedGroups ?? 0,
    bytesRead: source?.bytesRead ?? 0,
    readRequests: source?.readRequests ?? 0,
    cold: wasCold,
    loadedFrom: processed?.loadedFrom ?? 'source',
  });

  let current: TaskStatus = 'LOADING_DATA';
  const enter: StatusListener = (status) => onStatus((current = status));
  const signsOfLife = setInterval(() => onStatus(current), SIGN_OF_LIFE_INTERVAL);
  try {
    const storage = await openBasepath(work.basepath, roots);
    source = new CountingSource(storage.open(task.part));
    const processed = work.kind === 'query' ? await query(work, task, source, { cache, memoryLimit }, enter) : await inspect(work, source, enter);
    return { status: 'ENDED_SUCCESS', result: processed.result, stats: stats(processed) };
  } catch (error) {
    return taskFailure(work.kind, task.part, error, stats(null));
  } finally {
    clearInterval(signsOfLife);
    await source?.close();
  }
}

async function query(work: QueryWork, { index, part }: Task, source: PartSource, { cache, memoryLimit }: Required<Omit<WorkerContext, 'roots'>>, onStatus: StatusListener): Promise<Processed> {
  const key = { datasetVersion: work.datasetVersion, index, part };
  const { cached, judged, from } = await loadPart(work, key, source, cache, memoryLimit);
  try {
    const loadedAt = performance.now();
    onStatus('RUNNING_QUERY');
    // Runs while the query does, which takes the thread.
    const identity = checkIdentity(cached, source, work.basepath);
    identity.catch(() => {});
    const result = cached.evaluate(work.query, judged);
    checkResultSize(result, work.query, work.maxResultSize);
    await identity;
    return { result, scanned: result, loadedAt, loadedFrom: from };
  } finally {
    cached.release();
    judged?.memory.giveBack();
  }
}

async function inspect(work: InspectionWork, source: PartSource, onStatus: StatusListener): Promise<Processed> {
  const file = await openParquet(source);
  onStatus('RUNNING');
  const result = await inspectPart(file, work);
  return { result, scanned: { scannedRows: result.rows, scannedGroups: result.groups }, loadedAt: performance.now(), loadedFrom: 'source' };
}

import type { InspectionWork, LaunchedTask, QueryWork, TaskOutcome, TaskStats, TaskStatus, TaskSuccess } from '../datastore/job';
import { evaluatePart } from '../engine/evaluate';
import { buildPart } from '../engine/part';
import { openParquet } from '../parquet/parquet-file';
import type { ParquetFile } from '../parquet/parquet-file';
import { CountingSource } from '../storage/counting-source';
import { PartColumnTypeError } from './errors';
import { findColumn } from './find-column';
import { inspectPart } from './inspect';
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
}

/**
 * Runs one task from start to end: reads what it needs of its part, and evaluates or inspects it.
 *
 * @param onStatus told of the steps on the way, each again as long as it lasts; not of the beginning, which is the claim,
 *   nor of the end, which is the outcome
 * @param roots folders and S3 prefixes that the part must lie in; null: all that this process may read
 * @returns the outcome; every failure is one, nothing is thrown
 */
export async function runTask(
  { work, task, launchedAt }: LaunchedTask,
  onStatus: StatusListener,
  roots: readonly string[] | null = null,
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
    loadedFrom: 'source',
  });

  let current: TaskStatus = 'LOADING_DATA';
  const enter: StatusListener = (status) => onStatus((current = status));
  const signsOfLife = setInterval(() => onStatus(current), SIGN_OF_LIFE_INTERVAL);
  try {
    const storage = await openBasepath(work.basepath, roots);
    source = new CountingSource(storage.open(task.part));
    const file = await openParquet(source);
    const processed = work.kind === 'query' ? await query(work, file, enter) : await inspect(work, file, enter);
    return { status: 'ENDED_SUCCESS', result: processed.result, stats: stats(processed) };
  } catch (error) {
    return taskFailure(work.kind, task.part, error, stats(null));
  } finally {
    clearInterval(signsOfLife);
    await source?.close();
  }
}

async function query(work: QueryWork, file: ParquetFile, onStatus: StatusListener): Promise<Processed> {
  for (const registered of work.columns) {
    const found = findColumn(file, registered.name);
    if (found.type !== registered.type || found.logical !== registered.logical) {
      throw new PartColumnTypeError(registered, found);
    }
  }
  const names = work.columns.map(({ name }) => name);
  const decoded = await file.readColumns(names);
  const loadedAt = performance.now();
  onStatus('RUNNING_QUERY');
  const columns = new Map(names.map((name, index) => [name, decoded[index]]));
  const result = evaluatePart(work.query, buildPart(columns, work.groupIdColumn, work.timestampColumn));
  checkResultSize(result, work.query, work.maxResultSize);
  return { result, scanned: result, loadedAt };
}

async function inspect(work: InspectionWork, file: ParquetFile, onStatus: StatusListener): Promise<Processed> {
  onStatus('RUNNING');
  const result = await inspectPart(file, work);
  return { result, scanned: { scannedRows: result.rows, scannedGroups: result.groups }, loadedAt: performance.now() };
}

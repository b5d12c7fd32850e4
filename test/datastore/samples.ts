import type { DatasetRecord } from '../../lambda/datastore/dataset';
import type { JobState } from '../../lambda/datastore/job-store';
import type { Job, Task, TaskFailure, TaskStats, TaskSuccess } from '../../lambda/datastore/job';

/** A dataset with integers at the ends of the 64-bit range, and with what JSON could not keep. */
export function sampleDataset(name: string, registeredAt = '2026-11-21T02:00:00.000Z'): DatasetRecord {
  return {
    id: { name, registeredAt },
    basepath: '/data/größe 😀',
    groupIdColumn: 'user',
    timestampColumn: 'ts',
    parts: [{ filename: 'part-0.parquet', size: 5 * 2 ** 30, etag: '"abc-1"' }],
    schema: {
      columns: [
        { name: 'user', type: 'INT', logical: null, dtypeName: 'uint64', sourceCategorical: false, range: { min: 1, max: 2n ** 64n - 1n }, categories: null },
        { name: 'ratio', type: 'FLOAT', logical: null, dtypeName: 'double', sourceCategorical: false, range: { min: -Infinity, max: 2 ** 60 }, categories: null },
      ],
      unsupportedColumns: [],
      minTimestamp: -(2n ** 63n),
      maxTimestamp: null,
    },
  };
}

export function sampleJobState(requestId: string, deadline = Date.now() + 60_000): JobState {
  return { requestId, datasetName: 'shop', createdAt: Date.now(), deadline, answer: null };
}

export function sampleJob(requestId: string, deadline = Date.now() + 60_000): Job {
  const filters = [{ column: 'user', op: '==', value: 2n ** 63n + 1n }] as const;
  return {
    requestId,
    datasetName: 'shop',
    createdAt: Date.now(),
    deadline,
    selectionWait: 0,
    work: {
      kind: 'query',
      basepath: '/data',
      groupIdColumn: 'user',
      timestampColumn: 'ts',
      datasetVersion: 'shop@1',
      columns: [{ name: 'user', type: 'INT', logical: null }],
      query: {
        timeframe: { from: null, to: null },
        conditions: [{ kind: 'rows', filters, target: { type: 'count', op: '>=', value: 1 }, includeZero: false }],
        relation: { condition: 0 },
        aggregations: null,
        funnel: null,
      },
    },
  };
}

export function sampleTask(index: number, attempt = 1): Task {
  return { index, attempt, part: { filename: `part-${index}.parquet`, size: 100, etag: `e${index}` } };
}

const stats: TaskStats = {
  invokeLatency: 1,
  loadTime: 2,
  totalTime: 3,
  scannedRows: 4,
  scannedGroups: 5,
  bytesRead: 6,
  readRequests: 7,
  cold: true,
  loadedFrom: 'source',
};

export function sampleSuccess(matchingGroups = 1): TaskSuccess {
  return {
    status: 'ENDED_SUCCESS',
    result: {
      scannedRows: 10,
      scannedGroups: 5,
      query: { matchingGroups, matchingGroupRows: 2, aggregations: [{ type: 'counts', keys: ['a', ''], counts: Float64Array.of(1, 2) }] },
      funnel: null,
    },
    stats,
  };
}

export function sampleFailure(message = 'broken'): TaskFailure {
  return { status: 'ENDED_FAILED', errorKind: 'TASK_FAILED', message, retryable: true, stats };
}

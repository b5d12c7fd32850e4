import type { PartialResult } from '../engine/partial';
import type { ErrorKind } from '../query/errors';
import type { ExpandedQuery } from '../query/expanded';
import type { ColumnRecord, PartFile } from './dataset';
import type { PartInspection } from './inspection';

/** A request that takes work by workers: one task per part. */
export interface Job {
  readonly requestId: string;
  readonly datasetName: string;
  /** Milliseconds since the epoch, by the invoker's clock. */
  readonly createdAt: number;
  /** When the job ends with TIMEOUT, in milliseconds since the epoch. A task launched for an ended job is refused. */
  readonly deadline: number;
  /**
   * Milliseconds from the job's publication in which a worker leaves parts that it has not cached to those that have;
   * 0 where nobody can have them.
   */
  readonly selectionWait: number;
  readonly work: Work;
}

/** What each task of a job does with its part. Sent to workers as it is, so it holds all that they need. */
export type Work = QueryWork | InspectionWork;

export interface WorkSource {
  readonly basepath: string;
  readonly groupIdColumn: string;
  readonly timestampColumn: string;
}

export interface QueryWork extends WorkSource {
  readonly kind: 'query';
  /** Name and version of the dataset, for caches. */
  readonly datasetVersion: string;
  readonly query: ExpandedQuery;
  /** What the query reads of a part. A part whose column has another type than the dataset is refused. */
  readonly columns: readonly RequiredColumn[];
  /** Most bytes that a part's result may take, about; default: no limit. */
  readonly maxResultSize?: number;
}

/** A column that a query needs, as the dataset was registered with it. */
export type RequiredColumn = Pick<ColumnRecord, 'name' | 'type' | 'logical'>;

/** Registration: find out what a part holds. */
export interface InspectionWork extends WorkSource {
  readonly kind: 'inspection';
  /** Whether to return the part's group IDs, so that a group in two parts is found. */
  readonly returnGroupIds: boolean;
}

export interface Task {
  /** 0 to parts − 1; one part is one task, whatever number of attempts it takes. */
  readonly index: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly part: PartFile;
}

/** One attempt on its way to a worker. */
export interface LaunchedTask {
  readonly work: Work;
  readonly task: Task;
  /** Milliseconds since the epoch, by the invoker's clock. */
  readonly launchedAt: number;
}

export type TaskStatus = 'QUEUED' | 'LOADING_DATA' | 'RUNNING_QUERY' | 'RUNNING' | 'ENDED_SUCCESS' | 'ENDED_FAILED';

export type TaskOutcome = TaskSuccess | TaskFailure;

export interface TaskSuccess {
  readonly status: 'ENDED_SUCCESS';
  readonly result: PartialResult | PartInspection;
  readonly stats: TaskStats;
}

export interface TaskFailure {
  readonly status: 'ENDED_FAILED';
  readonly errorKind: ErrorKind;
  /** For the client: names the part and the cause. */
  readonly message: string;
  /** A corrupt file or a limit fails each time alike; a network fault may not. Only the latter is tried again. */
  readonly retryable: boolean;
  readonly stats: TaskStats;
}

/** All durations in milliseconds. */
export interface TaskStats {
  /** From the task's launch to its start in a worker. */
  readonly invokeLatency: number;
  /** Reading and decoding the part. */
  readonly loadTime: number;
  /** From the task's start in a worker to its end. */
  readonly totalTime: number;
  readonly scannedRows: number;
  readonly scannedGroups: number;
  readonly bytesRead: number;
  readonly readRequests: number;
  /** Whether this was the worker's first task. */
  readonly cold: boolean;
  readonly loadedFrom: 'source' | 'disk' | 'memory';
}

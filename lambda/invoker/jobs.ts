import type { Logger } from 'pino';
import type { PartFile } from '../datastore/dataset';
import type { TaskBoard } from '../datastore/task-board';
import type { Job, Task, TaskStatus, Work } from '../datastore/job';
import { JobTimeoutError } from './errors';
import { JobFollower } from './follow-job';
import type { ResultListener } from './follow-job';
import { inPassing } from './in-passing';
import type { Launcher } from './launcher';
import { persistently } from './persistently';
import { JobProgress } from './progress';
import type { RunOptions } from './service';
import type { Settings } from './settings';
import type { JobMeasurements } from './statistics';

export interface JobRunnerOptions extends Pick<Settings, 'jobTimeout' | 'maxAttempts' | 'failedRetryInterval' | 'lostRetryInterval' | 'selectionWait'> {
  readonly board: TaskBoard;
  readonly launcher: Launcher;
  readonly logger: Logger;
  /** Told of each attempt's end, for metrics. */
  readonly onTaskEnded: (status: TaskStatus) => void;
}

export interface JobRequest {
  readonly requestId: string;
  readonly datasetName: string;
  readonly work: Work;
  /** Not empty; each becomes a task. */
  readonly parts: readonly PartFile[];
  /** Whether workers may have parts in their caches, of queries before. */
  readonly mayBeCached: boolean;
  readonly onResult: ResultListener;
}

export interface FinishedJob {
  readonly measurements: JobMeasurements;
  readonly progress: JobProgress;
}

/** A datastore that is away for some seconds fails no job; one that stays away or is full fails it soon. */
const PUBLICATION_RETRIES = 6;

/** Runs jobs from start to end: publishes tasks, has them launched, follows them, and clears up whatever happens. */
export class JobRunner {
  constructor(private readonly options: JobRunnerOptions) {}

  /**
   * @throws TaskFailedError, JobTimeoutError, or the signal's reason where the caller gives up
   */
  async run(request: JobRequest, { onProgress, signal }: RunOptions): Promise<FinishedJob> {
    const { jobTimeout, selectionWait } = this.options;
    const now = Date.now();
    const job: Job = {
      requestId: request.requestId,
      datasetName: request.datasetName,
      createdAt: now,
      deadline: now + jobTimeout,
      selectionWait: request.mayBeCached ? selectionWait : 0,
      work: request.work,
    };
    const tasks: Task[] = request.parts.map((part, index) => ({ index, attempt: 1, part }));
    const progress = new JobProgress(tasks.length, onProgress);
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(new JobTimeoutError(jobTimeout)), jobTimeout);
    const ended = AbortSignal.any(signal === undefined ? [end.signal] : [end.signal, signal]);
    try {
      ended.throwIfAborted();
      progress.enter('STARTING', `Launching ${tasks.length === 1 ? '1 task' : `${tasks.length} tasks`}`);
      const startedAt = performance.now();
      await this.publish(job, tasks, ended);
      const follower = new JobFollower(job, tasks, { ...this.options, onResult: request.onResult, progress, signal: ended });
      let launchedAt: number | null = null;
      // The first tasks end while the last are launched.
      void follower.launch(tasks).then(() => {
        launchedAt = performance.now();
      });
      progress.enter('RUNNING', 'Waiting for tasks');
      const followed = await follower.follow();
      const enqueueTime = (launchedAt ?? performance.now()) - startedAt;
      progress.enter('FINISHING', 'Merging results');
      return {
        measurements: {
          enqueueTime,
          pollTime: performance.now() - startedAt - enqueueTime,
          attempts: tasks.length + followed.retries,
          failedAttempts: followed.failedAttempts,
          retries: followed.retries,
          successes: followed.successes,
          durations: followed.durations,
        },
        progress,
      };
    } finally {
      clearTimeout(timer);
      end.abort();
      progress.stop();
      await inPassing(this.options.board.end(job.requestId), this.options.logger, job.requestId, 'A job’s board is removed only once it expires');
    }
  }

  private async publish(job: Job, tasks: readonly Task[], ended: AbortSignal): Promise<void> {
    try {
      await untilAborted(persistently(() => this.options.board.publish(job, tasks), ended, PUBLICATION_RETRIES), ended);
    } catch (error) {
      throw error instanceof JobTimeoutError ? new JobTimeoutError(error.timeout, 'the datastore has not taken its tasks') : error;
    }
  }
}

/** The datastore or the launcher may hang; a job's deadline holds all the same. */
async function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

import type { TaskBoard, TaskEvent } from '../datastore/task-board';
import type { Job, Task, TaskFailure, TaskStatus, TaskSuccess } from '../datastore/job';
import { TaskFailedError } from './errors';
import type { Launcher } from './launcher';
import type { JobProgress } from './progress';
import type { TaskSuccessMeasurement } from './statistics';

export interface FollowOptions {
  readonly board: TaskBoard;
  readonly launcher: Launcher;
  readonly maxAttempts: number;
  readonly progress: JobProgress;
  /** Aborted when the job ends before its time: at its deadline, or because nobody waits for it any longer. */
  readonly signal: AbortSignal;
  readonly onTaskEnded: (status: TaskStatus) => void;
}

export interface FollowedJob {
  /** By part. */
  readonly results: readonly TaskSuccess['result'][];
  readonly successes: readonly TaskSuccessMeasurement[];
  readonly failedAttempts: number;
  readonly retries: number;
  /** Milliseconds that each ended attempt ran. */
  readonly durations: readonly number[];
}

/**
 * Waits until each part has succeeded once, launching anew what failed in a way that may pass.
 *
 * @param tasks the first attempt of each part, as published
 * @throws TaskFailedError where a part failed for good; the signal's reason where it is aborted first
 */
export async function followJob(job: Job, tasks: readonly Task[], options: FollowOptions): Promise<FollowedJob> {
  const startedAt = performance.now();
  const latest = [...tasks];
  const results = new Map<number, TaskSuccess['result']>();
  const successes: TaskSuccessMeasurement[] = [];
  const durations: number[] = [];
  let failedAttempts = 0;
  let retries = 0;

  const retry = async (task: Task, failure: TaskFailure) => {
    if (!failure.retryable || task.attempt >= options.maxAttempts) {
      options.progress.update(task.index, 'ENDED_FAILED');
      throw new TaskFailedError(failure, task.attempt);
    }
    const next = { ...task, attempt: task.attempt + 1 };
    latest[task.index] = next;
    retries++;
    options.progress.update(task.index, 'QUEUED');
    await options.board.publish(job, [next]);
    await options.launcher.launch(job, [next], options.signal);
  };

  for await (const event of options.board.events(job.requestId, options.signal)) {
    const task = latest[event.index];
    if (results.has(event.index) || isOutdated(event, task)) {
      continue;
    }
    if (event.outcome === null) {
      options.progress.update(event.index, event.status);
      continue;
    }
    options.onTaskEnded(event.outcome.status);
    durations.push(event.outcome.stats.totalTime);
    if (event.outcome.status === 'ENDED_FAILED') {
      failedAttempts++;
      await retry(task, event.outcome);
      continue;
    }
    results.set(event.index, event.outcome.result);
    successes.push({ stats: event.outcome.stats, endedAfter: performance.now() - startedAt });
    options.progress.update(event.index, 'ENDED_SUCCESS');
    if (results.size === tasks.length) {
      return { results: inPartOrder(results), successes, failedAttempts, retries, durations };
    }
  }
  options.signal.throwIfAborted();
  throw new Error(`The events of job ${job.requestId} ended before the job did.`);
}

/** What an earlier attempt says counts only where it is a success after all. */
function isOutdated(event: TaskEvent, task: Task): boolean {
  return event.attempt < task.attempt && event.status !== 'ENDED_SUCCESS';
}

function inPartOrder<Value>(byIndex: ReadonlyMap<number, Value>): Value[] {
  return [...byIndex].sort(([a], [b]) => a - b).map(([, value]) => value);
}

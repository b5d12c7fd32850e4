import type { TaskStatus } from '../datastore/job';
import type { Progress } from './service';

/** Least time between two reports of one job, in milliseconds. */
const REPORT_INTERVAL = 100;

/** Where each part of a job stands, and the reports of it to whoever waits for the job. */
export class JobProgress {
  private readonly statuses: TaskStatus[];
  private stage: Progress['stage'] = 'STARTING';
  private message = 'Starting';
  private lastReport = -Infinity;
  private pending: NodeJS.Timeout | null = null;

  constructor(
    parts: number,
    private readonly onProgress: ((progress: Progress) => void) | undefined,
  ) {
    this.statuses = new Array<TaskStatus>(parts).fill('QUEUED');
  }

  /** Enters a stage; reported at once. */
  enter(stage: Progress['stage'], message: string): void {
    this.stage = stage;
    this.message = message;
    this.report();
  }

  /** Notes a part's status; reported soon, together with what else happens until then. */
  update(index: number, status: TaskStatus): void {
    this.statuses[index] = status;
    if (this.pending !== null || this.onProgress === undefined) {
      return;
    }
    const wait = Math.max(0, this.lastReport + REPORT_INTERVAL - performance.now());
    this.pending = setTimeout(() => this.report(), wait);
  }

  /** Drops a report that is due. */
  stop(): void {
    if (this.pending !== null) {
      clearTimeout(this.pending);
      this.pending = null;
    }
  }

  private report(): void {
    this.stop();
    this.lastReport = performance.now();
    this.onProgress?.({ stage: this.stage, message: this.message, tasks: this.countByStatus() });
  }

  private countByStatus(): Progress['tasks'] {
    const counts: Progress['tasks'] = {};
    for (const status of this.statuses) {
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }
}

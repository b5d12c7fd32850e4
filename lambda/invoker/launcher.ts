import type { Job, Task } from '../datastore/job';

/** Gets workers to run published tasks: threads of this process, Lambda functions, or a queue's consumers. */
export interface Launcher {
  /**
   * Sees to it that as many workers as there are tasks claim one each from the job's board. Resolves once they are on
   * their way, not when they have ended.
   *
   * @param jobEnded aborted when nobody waits for the job any longer: what still runs for it may be stopped
   */
  launch(job: Job, tasks: readonly Task[], jobEnded: AbortSignal): Promise<void>;
  /** Ends the workers that belong to this launcher. */
  close(): Promise<void>;
}

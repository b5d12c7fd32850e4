import type { JobAnswer, JobState } from './job-store';

/** Milliseconds after a job's deadline in which its answer may still be on its way. */
const DEADLINE_MARGIN = 5_000;

/** Milliseconds after its deadline for which a job without an answer is kept, so that its client learns what happened. */
const KEPT_UNANSWERED = 60 * 60 * 1000;

/** Milliseconds for which a new job is kept that never gets an answer. */
export function unansweredLifetime({ deadline }: JobState): number {
  return Math.max(1, deadline + KEPT_UNANSWERED - Date.now());
}

/**
 * The job as its client should see it: one without an answer that nobody works on any longer gets an error for answer.
 *
 * @param remaining milliseconds until the job is forgotten, by the clock of whoever keeps it: its deadline is by the clock of whoever runs it
 * @param ownerIsGone whether the process that ran the job is known to have ended
 */
export function withInterruption(job: JobState, remaining: number, ownerIsGone: boolean): JobState {
  if (job.answer !== null || !(ownerIsGone || remaining < KEPT_UNANSWERED - DEADLINE_MARGIN)) {
    return job;
  }
  return { ...job, answer: interrupted(job.requestId) };
}

function interrupted(requestId: string): JobAnswer {
  const errorMessage = 'The server stopped while this job ran; send it again.';
  return { httpStatus: 500, body: JSON.stringify({ success: false, errorMessage, errorKind: 'INTERNAL', requestId }) };
}

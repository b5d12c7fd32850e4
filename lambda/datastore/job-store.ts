/** Jobs that clients come back for. */
export interface JobStore {
  create(job: JobState): Promise<void>;
  get(requestId: string): Promise<JobState | null>;
  /** The job's answer, success or error; kept for `ttl` milliseconds. */
  finish(requestId: string, answer: JobAnswer, ttl: number): Promise<void>;
}

export interface JobState {
  readonly requestId: string;
  readonly datasetName: string;
  readonly createdAt: number;
  readonly deadline: number;
  /** Null while the job runs. */
  readonly answer: JobAnswer | null;
}

export interface JobAnswer {
  readonly httpStatus: number;
  /** The response body, JSON text as it is sent. */
  readonly body: string;
}

/** Jobs that clients come back for. */
export interface JobStore {
  create(job: JobState): Promise<void>;
  /** Creates a job that has its answer, in place of one of the same ID at once; kept for `ttl` milliseconds. */
  replace(job: JobState & { readonly answer: JobAnswer }, ttl: number): Promise<void>;
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

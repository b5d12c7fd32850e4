import * as z from 'zod';

/** What whoever runs the product may set, by environment variables. Times in milliseconds, sizes in bytes. */
export interface Settings {
  /** Time that a job may take, after which it ends with TIMEOUT. */
  readonly jobTimeout: number;
  /** Attempts per part before its failure fails the job. */
  readonly maxAttempts: number;
  /** From an attempt's failure to the next … */
  readonly failedRetryInterval: number;
  /** … and from the last that was heard of it, where it does not say. */
  readonly lostRetryInterval: number;
  /** For how long a worker leaves parts that it has not cached to those that may have. */
  readonly selectionWait: number;
  /** Bytes of files in which workers on this machine keep decoded parts; 0: none. */
  readonly cacheBytes: number;
  /** Most parts that a dataset may have. */
  readonly maxParts: number;
  /** SAMPLE validation reads this share of the parts, but at least two … */
  readonly sampleRatio: number;
  /** … and at most this many. */
  readonly sampleMaximum: number;
  /** A string column is categorical where distinct values / rows is at most this. */
  readonly categoricalRatio: number;
  /** Most frequent values kept of a categorical column: at most this many … */
  readonly topValuesMaximum: number;
  /** … with at least this share of the rows. */
  readonly topValuesMinimumShare: number;
  /** A dataset that was queried within this time is unregistered only by force. */
  readonly unregisterLastUsedInterval: number;
  /** Greatest request body. */
  readonly maxBodySize: number;
  /** How long the answer of an asynchronous job is kept. */
  readonly answerTtl: number;
  /** How long an answer is kept for the same query to come; 0: none is. */
  readonly storedAnswerTtl: number;
  /** Greatest answer that is kept for that … */
  readonly storedAnswerMaxSize: number;
  /** … and bytes of all of them. */
  readonly storedAnswersTotalSize: number;
  /** Most jobs that run at once … */
  readonly maxConcurrentJobs: number;
  /** … and most that wait for their turn, in each process. */
  readonly maxWaitingJobs: number;
  /** Greatest answer, as JSON. */
  readonly maxResultSize: number;
  /** Greatest result of one part, before it is merged with the others'. */
  readonly maxPartialResultSize: number;
}

const positiveInteger = z.coerce.number().int().positive();
const seconds = z.coerce
  .number()
  .nonnegative()
  .transform((value) => value * 1000);
const ratio = z.coerce.number().min(0).max(1);

const environmentSchema = z.object({
  FROCKET_INVOKER_RUN_TIMEOUT: seconds.default(120_000),
  FROCKET_TASK_MAX_ATTEMPTS: positiveInteger.default(3),
  FROCKET_TASK_RETRY_FAILED_INTERVAL: seconds.default(1_000),
  FROCKET_TASK_RETRY_LOST_INTERVAL: seconds.default(10_000),
  FROCKET_SELECTION_WAIT: seconds.default(100),
  FROCKET_CACHE_BYTES: z.coerce.number().int().nonnegative().default(2 * 2 ** 30),
  FROCKET_DATASET_MAX_PARTS: positiveInteger.default(10_000),
  FROCKET_VALIDATION_SAMPLE_RATIO: ratio.default(0.1),
  FROCKET_VALIDATION_SAMPLE_MAX: positiveInteger.min(2).default(10),
  FROCKET_DATASET_CATEGORICAL_RATIO: ratio.default(0.1),
  FROCKET_DATASET_CATEGORICAL_TOP_COUNT: positiveInteger.default(20),
  FROCKET_DATASET_CATEGORICAL_TOP_MINPCT: ratio.default(0.01),
  FROCKET_UNREGISTER_LAST_USED_INTERVAL: seconds.default(30_000),
  FROCKET_MAX_BODY_SIZE: positiveInteger.default(1024 * 1024),
  FROCKET_ANSWER_TTL: seconds.default(3_600_000),
  FROCKET_STORED_ANSWER_TTL: seconds.default(86_400_000),
  FROCKET_STORED_ANSWER_MAX_SIZE: positiveInteger.default(1024 * 1024),
  FROCKET_STORED_ANSWERS_TOTAL_SIZE: positiveInteger.default(64 * 1024 * 1024),
  FROCKET_MAX_CONCURRENT_JOBS: positiveInteger.default(100),
  FROCKET_MAX_WAITING_JOBS: z.coerce.number().int().nonnegative().default(400),
  FROCKET_MAX_RESULT_SIZE: positiveInteger.default(10_000_000),
  FROCKET_MAX_PARTIAL_RESULT_SIZE: positiveInteger.default(100_000_000),
});

/** An environment variable is not what it should be. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads the settings from environment variables; times are given there in seconds.
 *
 * @throws SettingsError naming the variable and its value
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const variable = issue.path.join('.');
    throw new SettingsError(`The environment variable ${variable} is '${environment[variable] ?? ''}': ${issue.message}.`);
  }
  const values = parsed.data;
  return {
    jobTimeout: values.FROCKET_INVOKER_RUN_TIMEOUT,
    maxAttempts: values.FROCKET_TASK_MAX_ATTEMPTS,
    failedRetryInterval: values.FROCKET_TASK_RETRY_FAILED_INTERVAL,
    lostRetryInterval: values.FROCKET_TASK_RETRY_LOST_INTERVAL,
    selectionWait: values.FROCKET_SELECTION_WAIT,
    cacheBytes: values.FROCKET_CACHE_BYTES,
    maxParts: values.FROCKET_DATASET_MAX_PARTS,
    sampleRatio: values.FROCKET_VALIDATION_SAMPLE_RATIO,
    sampleMaximum: values.FROCKET_VALIDATION_SAMPLE_MAX,
    categoricalRatio: values.FROCKET_DATASET_CATEGORICAL_RATIO,
    topValuesMaximum: values.FROCKET_DATASET_CATEGORICAL_TOP_COUNT,
    topValuesMinimumShare: values.FROCKET_DATASET_CATEGORICAL_TOP_MINPCT,
    unregisterLastUsedInterval: values.FROCKET_UNREGISTER_LAST_USED_INTERVAL,
    maxBodySize: values.FROCKET_MAX_BODY_SIZE,
    answerTtl: values.FROCKET_ANSWER_TTL,
    storedAnswerTtl: values.FROCKET_STORED_ANSWER_TTL,
    storedAnswerMaxSize: values.FROCKET_STORED_ANSWER_MAX_SIZE,
    storedAnswersTotalSize: values.FROCKET_STORED_ANSWERS_TOTAL_SIZE,
    maxConcurrentJobs: values.FROCKET_MAX_CONCURRENT_JOBS,
    maxWaitingJobs: values.FROCKET_MAX_WAITING_JOBS,
    maxResultSize: values.FROCKET_MAX_RESULT_SIZE,
    maxPartialResultSize: values.FROCKET_MAX_PARTIAL_RESULT_SIZE,
  };
}

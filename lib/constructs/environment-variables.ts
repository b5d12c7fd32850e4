/**
 * Names of the variables that the functions read; `lambda/` has the other side. The original's names where a setting means
 * the same. Nothing secret goes into a variable: to the datastore the functions sign in with their role.
 */
export const environmentVariables = {
  datastoreHost: 'FROCKET_DATASTORE_HOST',
  datastorePort: 'FROCKET_DATASTORE_PORT',
  datastoreUser: 'FROCKET_DATASTORE_USER',
  /** Replication group or serverless cache that the sign-in token is made for. */
  datastoreCacheName: 'FROCKET_DATASTORE_CACHE_NAME',
  /** 'true' or 'false'; a serverless cache speaks the cluster protocol. */
  datastoreServerless: 'FROCKET_DATASTORE_SERVERLESS',
  datastoreKeyPrefix: 'FROCKET_DATASTORE_KEY_PREFIX',
  logLevel: 'FROCKET_LOG_LEVEL',
  /** Seconds. */
  rejectAge: 'FROCKET_WORKER_REJECT_AGE',
  cacheDirectory: 'FROCKET_CACHE_DIRECTORY',
  cacheBytes: 'FROCKET_CACHE_BYTES',
  /** What launches tasks: aws_lambda or work_queue. */
  launcher: 'FROCKET_INVOKER',
  /** Name of the worker function. */
  workerFunction: 'FROCKET_INVOKER_LAMBDA_NAME',
  /** Seconds. */
  runTimeout: 'FROCKET_INVOKER_RUN_TIMEOUT',
  /** Seconds. */
  retryLostInterval: 'FROCKET_TASK_RETRY_LOST_INTERVAL',
  /** Seconds. */
  retryFailedInterval: 'FROCKET_TASK_RETRY_FAILED_INTERVAL',
  stateBucket: 'FROCKET_STATE_BUCKET',
  /** Seconds. */
  unregisterLastUsedInterval: 'FROCKET_UNREGISTER_LAST_USED_INTERVAL',
  validationSampleRatio: 'FROCKET_VALIDATION_SAMPLE_RATIO',
  validationMaxSamples: 'FROCKET_VALIDATION_SAMPLE_MAX',
  /** Bytes. */
  maxBodySize: 'FROCKET_MAX_BODY_SIZE',
  /** Bytes. */
  maxResultSize: 'FROCKET_MAX_RESULT_SIZE',
  maxPartialResultSize: 'FROCKET_MAX_PARTIAL_RESULT_SIZE',
  maxConcurrentJobs: 'FROCKET_MAX_CONCURRENT_JOBS',
  /** Seconds. */
  storedAnswerTtl: 'FROCKET_STORED_ANSWER_TTL',
  /** Bytes. */
  storedAnswersTotalSize: 'FROCKET_STORED_ANSWERS_TOTAL_SIZE',
  /** The worker's memory and architecture decide what a query costs. */
  workerMemory: 'FROCKET_WORKER_MEMORY_MB',
  workerArchitecture: 'FROCKET_WORKER_ARCHITECTURE',
  /** `s3://` prefixes that datasets may be registered from, separated by commas. */
  allowedBasePaths: 'FROCKET_ALLOWED_BASEPATHS',
} as const;

/** Every key in the datastore starts with this; the datastore's users may touch no other. */
export const datastoreKeyPrefix = 'frocket:';

/** The part cache lies here, in the function's ephemeral storage. */
export const cacheDirectory = '/tmp/frocket';

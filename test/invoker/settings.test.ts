import { readSettings } from '../../lambda/invoker/settings';

describe('Settings from the environment', () => {
  test('have defaults', () => {
    expect(readSettings({})).toEqual({
      jobTimeout: 120_000,
      maxAttempts: 3,
      failedRetryInterval: 1_000,
      lostRetryInterval: 10_000,
      selectionWait: 100,
      cacheBytes: 2 * 2 ** 30,
      maxParts: 10_000,
      sampleRatio: 0.1,
      sampleMaximum: 10,
      categoricalRatio: 0.1,
      topValuesMaximum: 20,
      topValuesMinimumShare: 0.01,
      unregisterLastUsedInterval: 30_000,
      maxBodySize: 1_048_576,
      answerTtl: 3_600_000,
      storedAnswerTtl: 86_400_000,
      storedAnswerMaxSize: 1_048_576,
      storedAnswersTotalSize: 67_108_864,
      maxConcurrentJobs: 100,
      maxWaitingJobs: 400,
      maxResultSize: 10_000_000,
      maxPartialResultSize: 100_000_000,
    });
  });

  test('give times in seconds', () => {
    expect(readSettings({ FROCKET_UNREGISTER_LAST_USED_INTERVAL: '0', FROCKET_INVOKER_RUN_TIMEOUT: '0.5' })).toMatchObject({ unregisterLastUsedInterval: 0, jobTimeout: 500 });
  });

  test.each([
    ['FROCKET_INVOKER_RUN_TIMEOUT', 'soon'],
    ['FROCKET_TASK_MAX_ATTEMPTS', '0'],
    ['FROCKET_VALIDATION_SAMPLE_RATIO', '1.5'],
    ['FROCKET_VALIDATION_SAMPLE_MAX', '1'],
    ['FROCKET_DATASET_MAX_PARTS', '2.5'],
  ])('that are wrong are named: %s=%s', (variable, value) => {
    expect(() => readSettings({ [variable]: value })).toThrow(`The environment variable ${variable} is '${value}'`);
  });
});

import type { TaskStats } from '../../lambda/datastore/job';
import { jobStatistics } from '../../lambda/invoker/statistics';

const taskStats: TaskStats = {
  invokeLatency: 10,
  loadTime: 20,
  totalTime: 40,
  scannedRows: 100,
  scannedGroups: 10,
  bytesRead: 1000,
  readRequests: 2,
  cold: false,
  loadedFrom: 'source',
};
const parts = [
  { filename: 'a', size: 30, etag: '1' },
  { filename: 'b', size: 12, etag: '2' },
];

describe('The statistics of a job', () => {
  test('are sums over tasks, and times in seconds', () => {
    const stats = jobStatistics(
      {
        enqueueTime: 5,
        pollTime: 450,
        attempts: 3,
        failedAttempts: 1,
        retries: 1,
        successes: [
          { stats: { ...taskStats, cold: true }, endedAfter: 200 },
          { stats: { ...taskStats, loadTime: 30, loadedFrom: 'memory' }, endedAfter: 260 },
        ],
        durations: [40, 15, 40],
      },
      parts,
      500,
      null,
    );

    expect(stats).toMatchObject({
      totalTime: 0.5,
      invoker: { enqueueTime: 0.005, pollTime: 0.45, totalTasks: 3, failedTasks: 1, retries: 1, taskSuccessOverTime: { '0.25': 1, '0.50': 1 } },
      worker: { coldTasks: 1, warmTasks: 1, scannedRows: 200, scannedGroups: 20, bytesRead: 2000, readRequests: 4, cache: { source: 1, diskCache: 0, memory: 1 } },
      dataset: { parts: 2, totalSize: 42 },
      cost: 0,
    });
    expect(stats.worker.loadTime).toEqual({ mean: 0.025, min: 0.02, '25%': 0.0225, '50%': 0.025, '75%': 0.0275, '95%': 0.0295, '99%': 0.0299, max: 0.03 });
  });

  test('count what Lambda bills: milliseconds begun, memory, and every request', () => {
    const job = { enqueueTime: 0, pollTime: 0, attempts: 1000, failedAttempts: 0, retries: 0, successes: [], durations: Array.from({ length: 1000 }, () => 99.2) };

    expect(jobStatistics(job, [], 0, { memoryMegabytes: 2048, architecture: 'arm64' }).cost).toBeCloseTo(100 * 2 * 0.0000133334 + 0.0002, 12);
    expect(jobStatistics(job, [], 0, { memoryMegabytes: 2048, architecture: 'x86_64' }).cost).toBeCloseTo(100 * 2 * 0.0000166667 + 0.0002, 12);
  });

  test('have no percentiles of nothing', () => {
    const stats = jobStatistics({ enqueueTime: 0, pollTime: 0, attempts: 0, failedAttempts: 0, retries: 0, successes: [], durations: [] }, [], 0, null);

    expect(stats.worker.totalTime).toBeNull();
  });
});

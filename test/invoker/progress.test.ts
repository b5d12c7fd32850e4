import { JobProgress } from '../../lambda/invoker/progress';
import type { Progress } from '../../lambda/invoker/service';

describe('The progress of a job', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('tells of each stage at once, with counts that add up to the number of parts', () => {
    const reports: Progress[] = [];
    const progress = new JobProgress(3, (report) => reports.push(report));

    progress.enter('STARTING', 'Starting');
    progress.update(1, 'LOADING_DATA');
    progress.enter('RUNNING', 'Running');

    expect(reports).toEqual([
      { stage: 'STARTING', message: 'Starting', tasks: { QUEUED: 3 } },
      { stage: 'RUNNING', message: 'Running', tasks: { QUEUED: 2, LOADING_DATA: 1 } },
    ]);
  });

  test('tells of tasks at most ten times a second, and of the latest state in the end', () => {
    const reports: Progress[] = [];
    const progress = new JobProgress(1000, (report) => reports.push(report));

    progress.enter('RUNNING', 'Running');
    for (let part = 0; part < 1000; part++) {
      progress.update(part, 'ENDED_SUCCESS');
      jest.advanceTimersByTime(1);
    }
    jest.advanceTimersByTime(1000);

    expect(reports.length).toBeGreaterThan(5);
    expect(reports.length).toBeLessThanOrEqual(12);
    expect(reports.at(-1)?.tasks).toEqual({ ENDED_SUCCESS: 1000 });
    for (const { tasks } of reports) expect(Object.values(tasks).reduce((sum, count) => sum + count, 0)).toBe(1000);
  });

  test('is silent once stopped', () => {
    const reports: Progress[] = [];
    const progress = new JobProgress(1, (report) => reports.push(report));
    progress.enter('RUNNING', 'Running');
    progress.update(0, 'ENDED_FAILED');

    progress.stop();
    jest.advanceTimersByTime(1000);

    expect(reports).toHaveLength(1);
  });
});

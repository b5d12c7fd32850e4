import type { Job, Task, TaskOutcome, TaskStatus } from '../../lambda/datastore/job';
import type { Launcher } from '../../lambda/invoker/launcher';
import type { Progress } from '../../lambda/invoker/service';
import { board, complete, failure, parts, request, runner, scripted, success, useTaskBoard } from './job-scene';

useTaskBoard();

describe('A job', () => {
  test('has one result per part, in the parts’ order, whatever order they end in', async () => {
    const claimed: Task[] = [];
    const job = await runner(
      scripted(async (current, task) => {
        claimed.push(task);
        if (claimed.length === 3) for (const each of [...claimed].reverse()) await complete(current, each, success(each.index));
      }),
    ).run(request, {});

    expect(job.results.map((result) => ('query' in result ? result.scannedRows : null))).toEqual([0, 1, 2]);
    expect(job.measurements).toMatchObject({ attempts: 3, failedAttempts: 0, retries: 0 });
  });

  test('tries a part again whose failure may pass', async () => {
    const ended: TaskStatus[] = [];
    const attempts: string[] = [];
    const job = await runner(
      scripted((current, task) => {
        attempts.push(`${task.part.filename}${task.attempt}`);
        return complete(current, task, task.index === 1 && task.attempt < 3 ? failure(true) : success(task.attempt));
      }),
      { ended },
    ).run(request, {});

    expect(attempts).toEqual(['a1', 'b1', 'c1', 'b2', 'b3']);
    expect(job.results.map((result) => ('query' in result ? result.scannedRows : null))).toEqual([1, 3, 1]);
    expect(job.measurements).toMatchObject({ attempts: 5, failedAttempts: 2, retries: 2 });
    expect(ended.filter((status) => status === 'ENDED_FAILED')).toHaveLength(2);
  });

  test('fails after the last attempt, and tells how many there were', async () => {
    const run = runner(scripted((job, task) => complete(job, task, failure(true, `Part '${task.part.filename}': no connection`)))).run({ ...request, parts: [parts[0]] }, {});

    await expect(run).rejects.toMatchObject({ kind: 'TASK_FAILED', message: "Part 'a': no connection (tried 3 times)" });
  });

  test('fails at once where trying again is of no use', async () => {
    const attempts: number[] = [];
    const run = runner(
      scripted((job, task) => {
        attempts.push(task.attempt);
        return complete(job, task, { ...failure(false), errorKind: 'LIMIT' } as TaskOutcome);
      }),
    ).run({ ...request, parts: [parts[0]] }, {});

    await expect(run).rejects.toMatchObject({ kind: 'LIMIT', message: 'Part: broken' });
    expect(attempts).toEqual([1]);
  });

  test('counts a part once whose attempts both succeed', async () => {
    const job = await runner(
      scripted(async (current, task) => {
        await complete(current, task, success(task.index + 1));
        await complete(current, { ...task, attempt: 2 }, success(100));
      }),
    ).run(request, {});

    expect(job.results.map((result) => ('query' in result ? result.scannedRows : null))).toEqual([1, 2, 3]);
  });

  test('takes a part’s success from an attempt that was given up', async () => {
    const job = await runner(
      scripted((current, task) => (task.attempt === 1 ? complete(current, task, failure(true)) : complete(current, { ...task, attempt: 0 }, success(7)))),
    ).run({ ...request, parts: [parts[0]] }, {});

    expect(job.results).toMatchObject([{ scannedRows: 7 }]);
  });

  test('fails at once where nothing can be launched', async () => {
    const refusing: Launcher = { launch: () => Promise.reject(new Error('no such function')), close: () => Promise.resolve() };

    await expect(runner(refusing).run(request, {})).rejects.toThrow('no such function');
  });

  test('ends with TIMEOUT where a task never ends', async () => {
    const run = runner(scripted(() => {}), { jobTimeout: 200 }).run(request, {});

    await expect(run).rejects.toMatchObject({ kind: 'TIMEOUT' });
    await expect(run).rejects.toThrow("Not finished within 0.2 seconds: 3 of 3 parts are missing; of 'a' it is attempt 1, last heard of 0 seconds ago (LOADING_DATA).");
  });

  test('ends with TIMEOUT where the launcher hangs', async () => {
    const hanging: Launcher = { launch: () => new Promise(() => {}), close: () => Promise.resolve() };

    await expect(runner(hanging, { jobTimeout: 200 }).run(request, {})).rejects.toMatchObject({ kind: 'TIMEOUT' });
  });

  test('ends with the caller’s reason where the caller gives up', async () => {
    const caller = new AbortController();
    const run = runner(scripted(() => {})).run(request, { signal: caller.signal, onProgress: ({ stage }) => stage === 'RUNNING' && caller.abort(new Error('gone')) });

    await expect(run).rejects.toThrow('gone');
  });

  test('does not start where the caller has given up already', async () => {
    const launched: Task[] = [];
    const run = runner(scripted((_, task) => void launched.push(task))).run(request, { signal: AbortSignal.abort(new Error('gone')) });

    await expect(run).rejects.toThrow('gone');
    expect(launched).toEqual([]);
  });

  test.each([
    ['succeeds', 20_000, (task: Task) => success(task.index)],
    ['fails', 20_000, () => failure(false)],
    ['times out', 200, () => null],
  ])('leaves nothing on the board when it %s: late workers are refused', async (_, jobTimeout, outcomeOf) => {
    let job: Job | null = null;
    const run = runner(
      scripted(async (current, task) => {
        job = current;
        expect(await board().job(current.requestId)).toMatchObject({ requestId: 'request' });
        const outcome = outcomeOf(task);
        if (outcome !== null) await complete(current, task, outcome);
      }),
      { jobTimeout },
    ).run(request, {});
    await Promise.allSettled([run]);

    expect(job).not.toBeNull();
    expect(await board().job('request')).toBeNull();
    expect(await board().claim('request')).toBeNull();
  });

  test('aborts the launcher’s signal when it is over, so that what still runs is stopped', async () => {
    let signal: AbortSignal | null = null;
    const inner = scripted((job, task) => complete(job, task, success(0)));
    await runner({ ...inner, launch: (job, tasks, jobEnded) => ((signal = jobEnded), inner.launch(job, tasks, jobEnded)) }).run(request, {});

    expect(signal).toMatchObject({ aborted: true });
  });

  test('tells its progress', async () => {
    const reports: Progress[] = [];
    await runner(
      scripted(async (job, task) => {
        await board().report(job.requestId, task, 'LOADING_DATA');
        await complete(job, task, task.attempt === 1 ? failure(true) : success(0));
      }),
    ).run(request, { onProgress: (report) => reports.push(report) });

    expect(reports[0]).toMatchObject({ stage: 'STARTING', tasks: { QUEUED: 3 } });
    expect(reports.at(-1)).toMatchObject({ stage: 'FINISHING', tasks: { ENDED_SUCCESS: 3 } });
    for (const { tasks } of reports) expect(Object.values(tasks).reduce((sum, count) => sum + count, 0)).toBe(3);
  });
});

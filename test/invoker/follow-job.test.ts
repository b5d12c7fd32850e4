import { DatastoreUnavailableError } from '../../lambda/datastore/errors';
import type { Task } from '../../lambda/datastore/job';
import type { TaskBoard } from '../../lambda/datastore/task-board';
import type { Launcher } from '../../lambda/invoker/launcher';
import { board, complete, failure, parts, request, runner, scripted, success, useTaskBoard } from './job-scene';

useTaskBoard();

describe('Whoever follows a job', () => {
  test('tries a part again whose worker has fallen silent, and takes whichever attempt succeeds first', async () => {
    const claimed: string[] = [];
    let lost: Task | null = null;
    const job = await runner(
      scripted(async (current, task) => {
        claimed.push(`${task.part.filename}${task.attempt}`);
        if (task.index === 1 && task.attempt === 1) lost = task;
        else if (task.index === 1 && lost !== null) await complete(current, lost, success(7));
        else await complete(current, task, success(1));
      }),
      { lostRetryInterval: 200 },
    ).run(request, {});

    expect(claimed).toEqual(['a1', 'b1', 'c1', 'b2']);
    expect(job.results).toMatchObject([{ scannedRows: 1 }, { scannedRows: 7 }, { scannedRows: 1 }]);
    expect(job.measurements).toMatchObject({ attempts: 4, failedAttempts: 0, retries: 1 });
  });

  test('leaves a part alone that gives signs of life', async () => {
    const claimed: number[] = [];
    await runner(
      scripted((current, task) => {
        claimed.push(task.attempt);
        const signs = setInterval(() => void board().report(current.requestId, task, 'RUNNING_QUERY'), 20);
        setTimeout(() => {
          clearInterval(signs);
          void complete(current, task, success(1));
        }, 900);
      }),
      { lostRetryInterval: 300 },
    ).run(request, {});

    expect(claimed).toEqual([1, 1, 1]);
  });

  test('waits for a silent part to its deadline once its attempts are used up', async () => {
    const claimed: number[] = [];
    const run = runner(scripted((_, task) => void claimed.push(task.attempt)), { lostRetryInterval: 50, jobTimeout: 1_000 }).run({ ...request, parts: [parts[0]] }, {});

    await expect(run).rejects.toMatchObject({ kind: 'TIMEOUT' });
    expect(claimed).toEqual([1, 2, 3]);
  });

  test('calls workers again where invocations got lost', async () => {
    let launches = 0;
    const inner = scripted((job, task) => complete(job, task, success(task.attempt)));
    const losing: Launcher = { ...inner, launch: (job, tasks, ended) => (launches++ === 0 ? inner.launch(job, tasks.slice(1), ended) : inner.launch(job, tasks, ended)) };
    const job = await runner(losing, { lostRetryInterval: 100 }).run(request, {});

    expect(job.results).toMatchObject([{ scannedRows: 1 }, { scannedRows: 1 }, { scannedRows: 1 }]);
    expect(job.measurements).toMatchObject({ failedAttempts: 0, retries: 1 });
  });

  test('is not misled by what comes twice, late, or in another order', async () => {
    const claimed: string[] = [];
    let slow: Task | null = null;
    const job = await runner(
      scripted(async (current, task) => {
        claimed.push(`${task.part.filename}${task.attempt}`);
        if (task.index === 1 && task.attempt === 1) {
          slow = task;
          return;
        }
        // Failures of the attempt that was given up, while the next one runs, and its signs of life after that one's end.
        if (slow !== null && task.index === 1) {
          await complete(current, slow, failure(true));
          await complete(current, slow, failure(true));
        }
        await complete(current, task, success(task.attempt));
        await complete(current, task, success(100));
        await board().report(current.requestId, task, 'LOADING_DATA');
        await board().report(current.requestId, { ...task, attempt: 1 }, 'RUNNING_QUERY');
      }),
      { lostRetryInterval: 200 },
    ).run(request, {});

    expect(claimed).toEqual(['a1', 'b1', 'c1', 'b2']);
    expect(job.results).toMatchObject([{ scannedRows: 1 }, { scannedRows: 2 }, { scannedRows: 1 }]);
    expect(job.measurements).toMatchObject({ attempts: 4, failedAttempts: 1, retries: 1 });
  });

  test('counts no attempt of tasks that wait for their turn', async () => {
    const claimed: string[] = [];
    const oneByOne: Launcher = {
      launch(current, tasks) {
        void (async () => {
          for (let count = 0; count < tasks.length; count++) {
            const task = await board().claim(current.requestId);
            if (task === null) return;
            claimed.push(`${task.part.filename}${task.attempt}`);
            for (let sign = 0; sign < 20; sign++) {
              await new Promise((resolve) => setTimeout(resolve, 20));
              await board().report(current.requestId, task, 'RUNNING_QUERY');
            }
            await complete(current, task, success(1));
          }
        })();
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    const job = await runner(oneByOne, { lostRetryInterval: 300 }).run(request, {});

    expect(claimed).toEqual(['a1', 'b1', 'c1']);
    expect(job.measurements).toMatchObject({ attempts: 3, retries: 0 });
  });

  test('calls workers that do not come less and less often', async () => {
    const launches: number[] = [];
    const deaf: Launcher = { launch: (_, tasks) => Promise.resolve(void launches.push(tasks.length)), close: () => Promise.resolve() };
    const run = runner(deaf, { lostRetryInterval: 20, jobTimeout: 2_000 }).run(request, {});

    await expect(run).rejects.toThrow("3 of 3 parts are missing; of 'a' it is attempt 1, which no worker has taken.");
    expect(launches.length).toBeGreaterThan(2);
    expect(launches.length).toBeLessThan(9);
    expect(new Set(launches)).toEqual(new Set([3]));
  });

  test('counts no attempt that the datastore did not take', async () => {
    let refusals = 0;
    const inner = board();
    const refusing: TaskBoard = {
      publish: (current, tasks) => inner.publish(current, tasks),
      republish: (requestId, tasks) => (++refusals > 4 ? inner.republish(requestId, tasks) : Promise.reject(new DatastoreUnavailableError('full'))),
      job: (requestId) => inner.job(requestId),
      claim: (requestId, options) => inner.claim(requestId, options),
      report: (requestId, task, status) => inner.report(requestId, task, status),
      complete: (requestId, task, outcome) => inner.complete(requestId, task, outcome),
      events: (requestId, signal) => inner.events(requestId, signal),
      end: (requestId) => inner.end(requestId),
    };
    const claimed: string[] = [];
    const job = await runner(
      scripted((current, task) => {
        claimed.push(`${task.part.filename}${task.attempt}`);
        return task.attempt < 3 && task.index === 0 ? undefined : complete(current, task, success(task.attempt));
      }),
      { lostRetryInterval: 50, taskBoard: refusing },
    ).run(request, {});

    expect(refusals).toBeGreaterThan(4);
    expect(claimed).toEqual(['a1', 'b1', 'c1', 'a2', 'a3']);
    expect(job.results).toMatchObject([{ scannedRows: 3 }, { scannedRows: 1 }, { scannedRows: 1 }]);
  });

  test('publishes anew what the datastore has lost, and keeps what it knows already', async () => {
    const claimed: string[] = [];
    const job = await runner(
      scripted(async (current, task) => {
        claimed.push(`${task.part.filename}${task.attempt}`);
        await complete(current, task, success(task.attempt));
        // Long enough for the follower to have read the first part's success.
        if (task.index === 0) await new Promise((resolve) => setTimeout(resolve, 50));
        if (claimed.length === 1) await board().end(current.requestId);
      }),
    ).run(request, {});

    expect(claimed).toEqual(['a1', 'b2', 'c2']);
    expect(job.results).toMatchObject([{ scannedRows: 1 }, { scannedRows: 2 }, { scannedRows: 2 }]);
  });
});

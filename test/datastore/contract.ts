import { setTimeout as delay } from 'node:timers/promises';
import type { Datastore } from '../../lambda/datastore/datastore';
import type { TaskEvent } from '../../lambda/datastore/task-board';
import { sampleDataset, sampleFailure, sampleJob, sampleJobState, sampleSuccess, sampleTask } from './samples';

const oddNames = ['', ' ', 'a/b', 'größe 😀', '{x}:*', '__proto__', 'nul\0', 'x'.repeat(5_000), `${'x'.repeat(5_000)}y`, '\ud800', '\ud801', '�'];

/** What every datastore must do, whatever keeps its data. @param open a datastore that is empty, or holds other names and IDs */
export function describeDatastore(open: () => Datastore): void {
  describe('registry', () => {
    test('gives back a dataset exactly, bigints, infinities and all', async () => {
      const { datasets } = open();
      await datasets.put(sampleDataset('exact'));
      expect(await datasets.get('exact')).toEqual(sampleDataset('exact'));
      expect(await datasets.get('Exact')).toBeNull();
    });

    test('replaces the dataset of the same name', async () => {
      const { datasets } = open();
      await datasets.put(sampleDataset('again', 'first'));
      await datasets.put(sampleDataset('again', 'second'));
      expect((await datasets.get('again'))?.id.registeredAt).toBe('second');
      expect((await datasets.list()).filter(({ id }) => id.name === 'again')).toHaveLength(1);
    });

    test('takes any text for a name, and lists in the order of code units', async () => {
      const { datasets } = open();
      for (const name of oddNames) {
        await datasets.put(sampleDataset(name));
        expect(await datasets.claimName(name, 'request', 10_000)).toBe(true);
      }
      const listed = (await datasets.list()).map(({ id }) => id.name);
      expect(listed.filter((name) => oddNames.includes(name))).toEqual([...oddNames].sort());
      expect(listed).toEqual([...listed].sort());
      for (const name of oddNames) {
        expect((await datasets.get(name))?.id.name).toBe(name);
        expect(await datasets.remove(name)).toBe(true);
      }
    });

    test('forgets a removed dataset and when it was used, and says whether there was one', async () => {
      const { datasets } = open();
      await datasets.put(sampleDataset('gone'));
      await datasets.touch('gone', 1_000);
      expect(await datasets.remove('gone')).toBe(true);
      expect(await datasets.remove('gone')).toBe(false);
      expect(await datasets.get('gone')).toBeNull();
      await datasets.put(sampleDataset('gone'));
      expect(await datasets.lastUsed('gone')).toBeNull();
    });

    test('keeps the latest time of use, and none of a dataset that is not there', async () => {
      const { datasets } = open();
      await datasets.put(sampleDataset('used'));
      expect(await datasets.lastUsed('used')).toBeNull();
      await datasets.touch('used', 1_785_000_000_123);
      await datasets.touch('used', 1_000);
      expect(await datasets.lastUsed('used')).toBe(1_785_000_000_123);
      await datasets.touch('never there', 5);
      expect(await datasets.lastUsed('never there')).toBeNull();
    });

    test('lets one of many claim a name, and another once it is released by its holder', async () => {
      const { datasets } = open();
      const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => datasets.claimName('claimed', `request-${index}`, 60_000)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      const holder = `request-${claims.indexOf(true)}`;
      await datasets.releaseName('claimed', 'somebody else');
      expect(await datasets.claimName('claimed', 'somebody else', 60_000)).toBe(false);
      expect(await datasets.claimName('claimed', holder, 60_000)).toBe(true);
      await datasets.releaseName('claimed', holder);
      expect(await datasets.claimName('claimed', 'somebody else', 60_000)).toBe(true);
    });

    test('ends a claim by itself', async () => {
      const { datasets } = open();
      expect(await datasets.claimName('expiring', 'first', 20)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 40));
      expect(await datasets.claimName('expiring', 'second', 60_000)).toBe(true);
      await datasets.releaseName('expiring', 'first');
      expect(await datasets.claimName('expiring', 'third', 60_000)).toBe(false);
    });
  });

  describe('jobs', () => {
    test('keep their first answer', async () => {
      const { jobs } = open();
      const job = sampleJobState('job-1');
      expect(await jobs.get('job-1')).toBeNull();
      await jobs.create(job);
      expect(await jobs.get('job-1')).toEqual(job);
      const answer = { httpStatus: 200, body: '{"total":9007199254740993}' };
      await jobs.finish('job-1', answer, 60_000);
      await jobs.finish('job-1', { httpStatus: 500, body: '{}' }, 60_000);
      expect(await jobs.get('job-1')).toEqual({ ...job, answer });
    });

    test('with an answer take the place of those before them, for whoever reads at that moment too', async () => {
      const { jobs } = open();
      const answered = (body: string) => ({ ...sampleJobState('job-4'), answer: { httpStatus: 200, body } });
      await jobs.replace(answered('0'), 60_000);
      const reading = (async () => {
        const seen: (string | undefined)[] = [];
        for (let time = 0; time < 50; time++) seen.push((await jobs.get('job-4'))?.answer?.body);
        return seen;
      })();
      for (let run = 1; run <= 20; run++) await jobs.replace(answered(String(run)), 60_000);
      expect(await reading).not.toContain(undefined);
      expect((await jobs.get('job-4'))?.answer?.body).toBe('20');
      await jobs.replace(answered('21'), 20);
      await new Promise((resolve) => setTimeout(resolve, 40));
      expect(await jobs.get('job-4')).toBeNull();
    });

    test('are forgotten after their time, and cannot be finished then', async () => {
      const { jobs } = open();
      await jobs.create(sampleJobState('job-2'));
      await jobs.finish('job-2', { httpStatus: 200, body: '{}' }, 20);
      await new Promise((resolve) => setTimeout(resolve, 40));
      expect(await jobs.get('job-2')).toBeNull();
      await jobs.finish('never created', { httpStatus: 200, body: '{}' }, 60_000);
      expect(await jobs.get('never created')).toBeNull();
    });

    test('are answered with an error long after their deadline', async () => {
      const { jobs } = open();
      await jobs.create(sampleJobState('job-3', Date.now() - 60_000));
      const answer = (await jobs.get('job-3'))?.answer;
      expect(answer?.httpStatus).toBe(500);
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ success: false, errorKind: 'INTERNAL', requestId: 'job-3' });
    });
  });

  describe('task board', () => {
    test('hands each published attempt out once, to whoever claims first, in order', async () => {
      const { tasks } = open();
      const job = sampleJob('board-1');
      await tasks.publish(job, [sampleTask(0), sampleTask(1)]);
      await tasks.publish(job, [sampleTask(2)]);
      expect(await tasks.job('board-1')).toEqual(job);
      const claimed = await Promise.all(Array.from({ length: 5 }, () => tasks.claim('board-1')));
      expect(claimed.filter((task) => task !== null)).toEqual([sampleTask(0), sampleTask(1), sampleTask(2)]);
      await tasks.publish(job, [sampleTask(1, 2)]);
      expect(await tasks.claim('board-1')).toEqual(sampleTask(1, 2));
      expect(await tasks.claim('board-1')).toBeNull();
    });

    test('gives the same attempt again to the same ticket, and to no other', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-10'), [sampleTask(0), sampleTask(1)]);
      expect(await tasks.claim('board-10', { ticket: 'first' })).toEqual(sampleTask(0));
      expect(await tasks.claim('board-10', { ticket: 'second' })).toEqual(sampleTask(1));
      expect(await tasks.claim('board-10', { ticket: 'first' })).toEqual(sampleTask(0));
      expect(await tasks.claim('board-10', { ticket: 'third' })).toBeNull();
      await tasks.publish(sampleJob('board-10'), [sampleTask(0, 2)]);
      expect(await tasks.claim('board-10', { ticket: 'third' })).toEqual(sampleTask(0, 2));
      await tasks.end('board-10');
      expect(await tasks.claim('board-10', { ticket: 'first' })).toBeNull();
    });

    test('tells of each claim as an event', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-11'), [sampleTask(0), sampleTask(1, 3)]);
      await tasks.claim('board-11');
      await tasks.claim('board-11', { ticket: 'ticket' });
      expect(await collect(open(), 'board-11', 2)).toEqual([
        { index: 0, attempt: 1, status: 'LOADING_DATA', outcome: null },
        { index: 1, attempt: 3, status: 'LOADING_DATA', outcome: null },
      ]);
    });

    test('gives a worker a part that it has cached where one is free, the first that it names, and else the next in order', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-12'), [0, 1, 2, 3].map((index) => sampleTask(index)));
      expect(await tasks.claim('board-12', { cached: [7], onlyCached: true })).toBeNull();
      expect(await tasks.claim('board-12', { cached: [7, 2, 1], onlyCached: true })).toEqual(sampleTask(2));
      expect(await tasks.claim('board-12', { cached: [2] })).toEqual(sampleTask(0));
      expect(await tasks.claim('board-12', { cached: [2, 1], ticket: 'ticket' })).toEqual(sampleTask(1));
      expect(await tasks.claim('board-12', { cached: [3], ticket: 'ticket' })).toEqual(sampleTask(1));
      expect(await tasks.claim('board-12', { cached: [3] })).toEqual(sampleTask(3));
      expect(await tasks.claim('board-12', { cached: [3] })).toBeNull();
    });

    test('leaves parts to those that have them for as long as the job says, but makes nobody wait for nothing', async () => {
      const { tasks } = open();
      const job = { ...sampleJob('board-13'), selectionWait: 300 };
      const startedAt = performance.now();
      await tasks.publish(job, [sampleTask(0), sampleTask(1)]);
      const patient = tasks.claim('board-13', { cached: [5] });
      expect(await tasks.claim('board-13', { cached: [0] })).toEqual(sampleTask(0));
      expect(await patient).toEqual(sampleTask(1));
      expect(performance.now() - startedAt).toBeGreaterThan(290);
      expect(await tasks.claim('board-13')).toBeNull();
      await tasks.publish(job, [sampleTask(1, 2)]);
      expect(await tasks.claim('board-13')).toEqual(sampleTask(1, 2));
    });

    test('gives out the latest attempt of a part only', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-14'), [sampleTask(0), sampleTask(1)]);
      await tasks.publish(sampleJob('board-14'), [sampleTask(0, 2)]);
      expect(await tasks.claim('board-14')).toEqual(sampleTask(0, 2));
      expect(await tasks.claim('board-14')).toEqual(sampleTask(1));
      expect(await tasks.claim('board-14')).toBeNull();
    });

    test('publishes further attempts on a board that is there, and makes none for them', async () => {
      const { tasks } = open();
      expect(await tasks.republish('board-15', [sampleTask(0, 2)])).toBe(false);
      expect(await tasks.claim('board-15')).toBeNull();
      await tasks.publish(sampleJob('board-15'), [sampleTask(0), sampleTask(1)]);
      await tasks.claim('board-15');
      expect(await tasks.republish('board-15', [sampleTask(0, 2), sampleTask(1)])).toBe(true);
      expect(await tasks.claim('board-15')).toEqual(sampleTask(1));
      expect(await tasks.claim('board-15')).toEqual(sampleTask(0, 2));
      expect(await tasks.claim('board-15')).toBeNull();
      await tasks.end('board-15');
      expect(await tasks.republish('board-15', [sampleTask(1, 2)])).toBe(false);
      expect(await tasks.claim('board-15')).toBeNull();
    });

    test('takes thousands of tasks at once', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-2'), Array.from({ length: 10_000 }, (_, index) => sampleTask(index)));
      expect(await tasks.claim('board-2')).toEqual(sampleTask(0));
      await tasks.end('board-2');
    });

    test('gives events from the beginning, exactly, and those to come as they come', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-3'), [sampleTask(0), sampleTask(1)]);
      await tasks.report('board-3', sampleTask(0), 'LOADING_DATA');
      await tasks.complete('board-3', sampleTask(0), sampleSuccess());
      const following = collect(open(), 'board-3', 4);
      await tasks.report('board-3', sampleTask(1), 'RUNNING_QUERY');
      await tasks.complete('board-3', sampleTask(1), sampleFailure());
      const expected: TaskEvent[] = [
        { index: 0, attempt: 1, status: 'LOADING_DATA', outcome: null },
        { index: 0, attempt: 1, status: 'ENDED_SUCCESS', outcome: sampleSuccess() },
        { index: 1, attempt: 1, status: 'RUNNING_QUERY', outcome: null },
        { index: 1, attempt: 1, status: 'ENDED_FAILED', outcome: sampleFailure() },
      ];
      expect(await following).toEqual(expected);
      expect(await collect(open(), 'board-3', 4)).toEqual(expected);
    });

    test('counts only the first success of a part, and one outcome of an attempt', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-4'), [sampleTask(0), sampleTask(1)]);
      await tasks.complete('board-4', sampleTask(0, 1), sampleFailure('first'));
      await tasks.complete('board-4', sampleTask(0, 1), sampleFailure('delivered twice'));
      await Promise.all([2, 3, 2, 4].map((attempt) => tasks.complete('board-4', sampleTask(0, attempt), sampleSuccess(attempt))));
      await tasks.complete('board-4', sampleTask(0, 5), sampleFailure('too late'));
      await tasks.complete('board-4', sampleTask(1, 1), sampleSuccess());
      const events = await collect(open(), 'board-4', 3);
      expect(events.map(({ index, status }) => `${index} ${status}`)).toEqual(['0 ENDED_FAILED', '0 ENDED_SUCCESS', '1 ENDED_SUCCESS']);
      expect(events[0].outcome).toEqual(sampleFailure('first'));
    });

    test('refuses tasks of a job that has ended, and ends the events of whoever still follows it', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-5'), [sampleTask(0)]);
      const following = collect(open(), 'board-5', Infinity);
      await tasks.end('board-5');
      expect(await following).toEqual([]);
      expect(await tasks.job('board-5')).toBeNull();
      expect(await tasks.claim('board-5')).toBeNull();
      await tasks.report('board-5', sampleTask(0), 'LOADING_DATA');
      await tasks.complete('board-5', sampleTask(0), sampleSuccess());
      expect(await collect(open(), 'board-5', Infinity)).toEqual([]);
      await tasks.end('board-5');
    });

    test('knows no job after its deadline, nor one never published', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-6', Date.now() - 60_000), [sampleTask(0)]);
      while ((await tasks.job('board-6')) !== null) await delay(1);
      expect(await tasks.job('board-7')).toBeNull();
      expect(await collect(open(), 'board-7', Infinity)).toEqual([]);
    });

    test('keeps jobs apart', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-8'), [sampleTask(0)]);
      await tasks.publish(sampleJob('board-8}'), [sampleTask(1)]);
      await tasks.end('board-8}');
      expect(await tasks.claim('board-8')).toEqual(sampleTask(0));
    });

    test('ends the waiting for events when the signal is aborted, before and while it waits', async () => {
      const { tasks } = open();
      await tasks.publish(sampleJob('board-9'), [sampleTask(0)]);
      const abort = new AbortController();
      const following = collect(open(), 'board-9', Infinity, abort.signal);
      await tasks.report('board-9', sampleTask(0), 'LOADING_DATA');
      // By the time that somebody else has read the event, the follower waits for the next.
      await collect(open(), 'board-9', 1);
      abort.abort();
      expect((await following).length).toBeLessThanOrEqual(1);
      expect(await collect(open(), 'board-9', Infinity, AbortSignal.abort())).toEqual([]);
    });
  });
}

/** The first events of a job, at most as many as named. */
export async function collect({ tasks }: Datastore, requestId: string, count: number, signal = new AbortController().signal): Promise<TaskEvent[]> {
  const events: TaskEvent[] = [];
  for await (const event of tasks.events(requestId, signal)) {
    events.push(event);
    if (events.length === count) {
      break;
    }
  }
  return events;
}

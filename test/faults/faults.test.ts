import { seededRandom } from '../../scripts/sample-data/random';
import { isS3ServerInstalled } from '../storage/s3-server';
import { shortFaults } from './all-faults';
import { Stage } from './stage';

/** Jobs that run while the fault is done. */
const JOBS = 6;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start({
    ...{ seed: 3, parts: 4, usersPerPart: 10, queries: 12 },
    ...{ invokers: 2, workers: 2, concurrency: 2, jobTimeout: 10_000 },
    settings: { FROCKET_TASK_RETRY_LOST_INTERVAL: '1', FROCKET_TASK_RETRY_FAILED_INTERVAL: '0.1' },
  });
}, 60_000);
afterAll(() => stage.stop(), 30_000);

(isS3ServerInstalled() ? describe : describe.skip)('Jobs under a fault are exact or end with an error in time, and the next one works', () => {
  test.each(shortFaults().map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
    const random = seededRandom(3);
    const run = (index: number) => stage.runJob(stage.drawQuery(random), index % 2 === 0 ? 'local' : 's3', index);
    const before = Array.from({ length: JOBS }, (_each, index) => run(index));
    await fault.inject(stage, random);
    const during = Array.from({ length: JOBS }, (_each, index) => run(index));
    await Promise.race([...before, ...during]);
    await fault.heal(stage);

    const ends = await Promise.all([...before, ...during]);
    ends.forEach((end) => fault.onJob?.(end));
    expect(fault.hits).toBeGreaterThan(0);
    expect(ends.filter(({ kind }) => kind !== 'exact' && kind !== 'error')).toEqual([]);
    expect([await run(0), await run(1)]).toMatchObject([{ kind: 'exact' }, { kind: 'exact' }]);
    expect(await stage.keysWithoutExpiry()).toEqual([]);
    expect(stage.crashed).toBe(0);
  });
});

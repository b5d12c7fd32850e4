import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import type { Datastore } from '../../lambda/datastore/datastore';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import type { Launcher } from '../../lambda/invoker/launcher';
import { LocalService } from '../../lambda/invoker/local-service';
import { readSettings } from '../../lambda/invoker/settings';
import { runTask } from '../../lambda/worker/task';
import { shopColumns, shopEvents, shopFolder, temporaryFolder, writePart } from '../worker/parquet-parts';

let dataDirectory: string;
let datastore: Datastore;
/** Names of the parts that were read, in the order in which they were. */
let read: string[];
/** Tasks wait for this. */
let gate: Promise<void>;

beforeEach(async () => {
  dataDirectory = await temporaryFolder();
  datastore = await openDatastore({ dataDirectory });
  read = [];
  gate = Promise.resolve();
});
afterEach(async () => {
  await datastore.close();
  await rm(dataDirectory, { recursive: true });
});

/** Runs the worker in this thread, one task after the other. */
const launcher: Launcher = {
  launch(job, tasks) {
    void (async () => {
      for (let count = 0; count < tasks.length; count++) {
        await gate;
        const task = await datastore.tasks.claim(job.requestId);
        if (task === null) return;
        read.push(task.part.filename);
        await datastore.tasks.complete(job.requestId, task, await runTask({ work: job.work, task, launchedAt: Date.now() }, () => {}));
      }
    })();
    return Promise.resolve();
  },
  close: () => Promise.resolve(),
};

function service(random?: () => number): LocalService {
  return new LocalService({ datastore, launcher, settings: readSettings({}), roots: null, logger: pino({ level: 'silent' }), ...(random !== undefined && { random }) });
}

const columns = { groupIdColumn: 'user', timestampColumn: 'time' };

describe('Registration', () => {
  test('reads the parts that the validation mode and chance choose', async () => {
    const basepath = await shopFolder(40);
    const register = (validationMode: 'SINGLE' | 'FIRST_LAST' | 'SAMPLE') => service(() => 0).register({ name: 'shop', basepath, validationMode, ...columns });

    await register('SINGLE');
    await register('FIRST_LAST');
    await register('SAMPLE');

    expect(read.map((name) => Number(/\d+/.exec(name)?.[0]))).toEqual([0, 0, 39, 0, 1, 2, 39]);
    await rm(basepath, { recursive: true });
  });

  test('of a name is refused while another of that name runs, and of another name is not', async () => {
    const basepath = await shopFolder(2);
    let open = () => {};
    gate = new Promise((resolve) => (open = resolve));
    let launched = () => {};
    const running = new Promise<void>((resolve) => (launched = resolve));
    const first = service().register({ name: 'shop', basepath, ...columns }, { onProgress: launched });
    await running;

    await expect(service().register({ name: 'shop', basepath, ...columns })).rejects.toMatchObject({ kind: 'CONFLICT', path: '/name' });
    const other = service().register({ name: 'other', basepath, ...columns });
    open();

    await expect(first).resolves.toMatchObject({ success: true });
    await expect(other).resolves.toMatchObject({ success: true });
    await expect(service().register({ name: 'shop', basepath, ...columns })).resolves.toMatchObject({ success: true });
    await rm(basepath, { recursive: true });
  });

  test('that failed does not block the name', async () => {
    const basepath = await shopFolder(1);
    await expect(service().register({ name: 'shop', basepath, ...columns, groupIdColumn: 'nobody' })).rejects.toMatchObject({ kind: 'DATASET_MISMATCH' });

    await expect(service().register({ name: 'shop', basepath, ...columns })).resolves.toMatchObject({ success: true });
    await rm(basepath, { recursive: true });
  });

  test('keeps an absolute base path, so that it holds wherever the next process starts', async () => {
    const basepath = await shopFolder(1);
    const { dataset } = await service().register({ name: 'shop', basepath: path.relative(process.cwd(), basepath), ...columns });

    expect(dataset.basepath).toBe(basepath);
    await rm(basepath, { recursive: true });
  });

  test('of a folder that does not exist says so', async () => {
    await expect(service().register({ name: 'shop', basepath: path.join(dataDirectory, 'nowhere'), ...columns })).rejects.toMatchObject({
      kind: 'DATASET_MISMATCH',
      message: expect.stringContaining('nowhere') as string,
      path: '/basepath',
    });
  });

  test('keeps integers beyond 2^53 exact, from the file to the schema', async () => {
    const folder = await temporaryFolder();
    const big = 2n ** 60n;
    await writePart(folder, 'p.parquet', shopColumns([{ user: big + 1n, time: big + 3n, event: 'a' }, { user: big, time: 5, event: 'b' }]));
    await service().register({ name: 'big', basepath: folder, ...columns });

    expect(await service().fullSchema('big')).toMatchObject({ minTimestamp: 5, maxTimestamp: big + 3n, columns: { user: { colattrs: { numericMin: big, numericMax: big + 1n } } } });
    expect(await service().query('big', '{}')).toMatchObject({ query: { matchingGroups: 2 } });
    await rm(folder, { recursive: true });
  });
});

describe('A query', () => {
  test('of a dataset whose files changed since fails and names the file', async () => {
    const basepath = await shopFolder(2);
    await service().register({ name: 'shop', basepath, ...columns });
    await writePart(basepath, 'part-00001.parquet', shopColumns(shopEvents(7)));

    await expect(service().query('shop', '{}')).rejects.toMatchObject({ kind: 'TASK_FAILED', message: expect.stringMatching(/part-00001.parquet.*has changed since it was registered/) as string });
    await rm(basepath, { recursive: true });
  });

  test('over a part that lacks a column, unseen at registration, fails only where it needs that column', async () => {
    const basepath = await shopFolder(3);
    await writePart(basepath, 'part-00001.parquet', shopColumns(shopEvents(1)).slice(0, 3));
    await service().register({ name: 'shop', basepath, validationMode: 'FIRST_LAST', ...columns });

    await expect(service().query('shop', '{"query":{"aggregations":[{"column":"price","type":"count"}]}}')).rejects.toMatchObject({
      kind: 'TASK_FAILED',
      message: "Part 'part-00001.parquet': has no column 'price'",
    });
    await expect(service().query('shop', '{}')).resolves.toMatchObject({ query: { matchingGroups: 24 } });
    await rm(basepath, { recursive: true });
  });

  test('marks its dataset as used', async () => {
    const basepath = await shopFolder(1);
    await service().register({ name: 'shop', basepath, ...columns });
    await service().query('shop', '{}');

    await expect(service().unregister('shop')).rejects.toMatchObject({ kind: 'CONFLICT' });
    await rm(basepath, { recursive: true });
  });

  test('runs under the request ID that it is given', async () => {
    const basepath = await shopFolder(1);
    await service().register({ name: 'shop', basepath, ...columns });

    await expect(service().query('shop', '{}', { requestId: 'mine' })).resolves.toMatchObject({ requestId: 'mine' });
    await rm(basepath, { recursive: true });
  });
});

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import type { Datastore } from '../../lambda/datastore/datastore';
import { EmbeddedEnvironment } from '../../lambda/datastore/embedded-environment';
import { DataFolderError, DatastoreFormatError } from '../../lambda/datastore/errors';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { temporaryFolder } from '../storage/temporary-folder';
import { describeAnswerStore } from './answer-contract';
import { describeDatastore } from './contract';
import { sampleDataset, sampleJob, sampleJobState, sampleTask } from './samples';

const folder = temporaryFolder();
const dataDirectory = () => path.join(folder.path, 'data');

describe('A datastore in a data folder', () => {
  let datastore: Datastore;

  beforeEach(async () => {
    datastore = await openDatastore({ dataDirectory: dataDirectory() });
  });

  afterEach(() => datastore.close());

  describeDatastore(() => datastore);
  describeAnswerStore(() => datastore);

  test('makes its folder for its user alone', () => {
    expect(statSync(dataDirectory()).mode & 0o777).toBe(0o700);
  });

  test('keeps its data when it is closed and opened again', async () => {
    await datastore.datasets.put(sampleDataset('kept'));
    await datastore.close();
    datastore = await openDatastore({ dataDirectory: dataDirectory() });
    expect(await datastore.datasets.get('kept')).toEqual(sampleDataset('kept'));
  });

  test('ends the following of events when it is closed', async () => {
    const other = await openDatastore({ dataDirectory: path.join(folder.path, 'other') });
    await other.tasks.publish(sampleJob('closing'), [sampleTask(0)]);
    const next = other.tasks.events('closing', new AbortController().signal)[Symbol.asyncIterator]().next();
    await other.close();
    expect(await next).toMatchObject({ done: true });
  });

  describe('with another process on the same folder', () => {
    test('both see what the other wrote, at once', async () => {
      const other = await OtherProcess.start(folder.path, dataDirectory());
      await other.call('putDataset', 'theirs');
      expect(await datastore.datasets.get('theirs')).toEqual(sampleDataset('theirs'));
      await datastore.datasets.put(sampleDataset('ours'));
      expect(await other.call('hasDataset', 'ours')).toBe('true');
      await datastore.datasets.remove('theirs');
      expect(await other.call('hasDataset', 'theirs')).toBe('false');
      await other.kill();
    });

    test('what it wrote survives its being killed right afterwards', async () => {
      const other = await OtherProcess.start(folder.path, dataDirectory());
      for (let count = 0; count < 20; count++) {
        await other.call('putDataset', `dataset ${count}`);
      }
      await other.kill();
      await datastore.close();
      datastore = await openDatastore({ dataDirectory: dataDirectory() });
      expect(await datastore.datasets.list()).toHaveLength(20);
      await datastore.datasets.put(sampleDataset('and it works on'));
      expect(await datastore.datasets.list()).toHaveLength(21);
    });

    test('its claims hold against ours, and end with it', async () => {
      const other = await OtherProcess.start(folder.path, dataDirectory());
      expect(await other.call('claimName', 'shop')).toBe('true');
      expect(await datastore.datasets.claimName('shop', 'ours', 60_000)).toBe(false);
      await other.kill();
      expect(await datastore.datasets.claimName('shop', 'ours', 60_000)).toBe(true);
    });

    test('its jobs run until it is killed, and are answered with an error then', async () => {
      const other = await OtherProcess.start(folder.path, dataDirectory());
      await other.call('createJob', 'job');
      expect((await datastore.jobs.get('job'))?.answer).toBeNull();
      await other.kill();
      const answer = (await datastore.jobs.get('job'))?.answer;
      expect(answer?.httpStatus).toBe(500);
      expect(JSON.parse(answer?.body ?? '')).toEqual({
        success: false,
        errorMessage: 'The server stopped while this job ran; send it again.',
        errorKind: 'INTERNAL',
        requestId: 'job',
      });
    });
  });
});

test('removes expired jobs from the folder', async () => {
  const environment = await EmbeddedEnvironment.open(dataDirectory());
  const first = await openDatastore({ dataDirectory: dataDirectory() });
  await first.jobs.create(sampleJobState('expired'));
  await first.jobs.finish('expired', { httpStatus: 200, body: '{}' }, 0);
  await first.close();
  const second = await openDatastore({ dataDirectory: dataDirectory() });
  await second.jobs.create(sampleJobState('new'));
  const jobs = environment.table<{ job: { requestId: string } }>('jobs');
  expect((await environment.read(() => jobs.values())).map(({ job }) => job.requestId)).toEqual(['new']);
  await second.close();
  await environment.close();
});

test('refuses a folder that a newer release wrote', async () => {
  const environment = await EmbeddedEnvironment.open(dataDirectory());
  await environment.write(() => environment.table<number>('about').put('format', 99));
  await environment.close();
  await expect(openDatastore({ dataDirectory: dataDirectory() })).rejects.toThrow(DatastoreFormatError);
  await expect(openDatastore({ dataDirectory: dataDirectory() })).rejects.toThrow('format 99');
});

test('says which folder cannot be used', async () => {
  writeFileSync(path.join(folder.path, 'file'), '');
  await expect(openDatastore({ dataDirectory: path.join(folder.path, 'file') })).rejects.toThrow(DataFolderError);
  await expect(openDatastore({ dataDirectory: '/dev/null/frocket' })).rejects.toThrow("The data folder '/dev/null/frocket' cannot be used");
  mkdirSync(path.join(folder.path, 'data/datastore/data.mdb'), { recursive: true });
  await expect(openDatastore({ dataDirectory: dataDirectory() })).rejects.toThrow(DataFolderError);
});

/** A process that works on a data folder of ours as it is told. */
class OtherProcess {
  readonly #answers: AsyncIterator<string>;

  private constructor(private readonly child: ChildProcess) {
    if (child.stdout === null) {
      throw new Error('the process has no output');
    }
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static async start(workFolder: string, dataFolder: string): Promise<OtherProcess> {
    const bundle = path.join(workFolder, 'other-process.cjs');
    await build({
      entryPoints: [path.join(__dirname, 'other-process.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      alias: { lmdb: require.resolve('lmdb') },
      external: [require.resolve('lmdb')],
      logLevel: 'warning',
    });
    return new OtherProcess(spawn(process.execPath, [bundle, dataFolder], { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  /** Resolves with what the process answers once it has done as told. */
  async call(command: string, argument: string): Promise<string> {
    this.child.stdin?.write(`${JSON.stringify([command, argument])}\n`);
    return String((await this.#answers.next()).value);
  }

  /** As a crash would: nothing is written out or released. */
  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

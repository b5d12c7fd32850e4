import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { CopiedRegistry } from '../datastore/copied-registry';
import type { Datastore } from '../datastore/datastore';
import { openDatastore } from '../datastore/open-datastore';
import type { TaskBoard } from '../datastore/task-board';
import { FolderObjects } from '../storage/folder-objects';
import { InProcessLauncher } from './in-process-launcher';
import type { Launcher } from './launcher';
import { LocalService } from './local-service';
import type { LocalServiceOptions } from './local-service';
import { QueueLauncher } from './queue-launcher';
import { readSettings } from './settings';
import type { Settings } from './settings';
import { threadLanes } from './thread-lanes';
import { threadResources } from './thread-resources';

export interface OpenLocalServiceOptions {
  /** Where the embedded datastore keeps its files, and copies of the datasets in a Redis. */
  readonly dataDirectory: string;
  /** Use this Redis instead of the embedded datastore. */
  readonly redisUrl?: string | undefined;
  /** Worker threads; default one per core. 0, with Redis only: tasks wait in its queue for workers elsewhere. */
  readonly workers?: number | undefined;
  /** Path of the bundled `lambda/worker/thread.ts`. */
  readonly threadFile: string;
  /** Folders that base paths must lie in; null, the default: any path, and S3, may be registered. */
  readonly roots?: LocalServiceOptions['roots'];
  /** Default: warnings and worse, to standard error. */
  readonly logger?: Logger | undefined;
  /** Default: from the environment. */
  readonly settings?: Settings | undefined;
  readonly onTaskEnded?: LocalServiceOptions['onTaskEnded'];
}

export interface OpenedService {
  readonly service: LocalService;
  readonly datastore: Datastore;
  readonly settings: Settings;
  readonly logger: Logger;
  /** Ends running jobs at once. */
  close(): Promise<void>;
}

/** Opens a datastore and, unless its queue has others do the work, worker threads, and Funnel Rocket on them. */
export async function openLocalService(options: OpenLocalServiceOptions): Promise<OpenedService> {
  const settings = options.settings ?? readSettings(process.env);
  const logger = options.logger ?? pino({ level: 'warn' }, pino.destination(2));
  const { datastore, launcher } = await openWorkplace(options, settings, logger);
  const { onTaskEnded = () => {}, roots = null } = options;
  return {
    // Threads are given the parts that they have; there is nobody to wait for.
    service: new LocalService({ datastore, launcher, settings: launcher instanceof InProcessLauncher ? { ...settings, selectionWait: 0 } : settings, roots, logger, onTaskEnded }),
    datastore,
    settings,
    logger,
    async close() {
      await launcher.close();
      await datastore.close();
    },
  };
}

async function openWorkplace(options: OpenLocalServiceOptions, settings: Settings, logger: Logger): Promise<{ datastore: Datastore; launcher: Launcher }> {
  const { dataDirectory, redisUrl, roots = null, threadFile, workers: threads = availableParallelism() } = options;
  const inThreads = (board: TaskBoard) => {
    const cache = { directory: path.join(dataDirectory, 'cache'), maxBytes: settings.cacheBytes };
    const lanes = threadLanes(threads, { threadFile, roots, ...threadResources(cache, threads), logger });
    return new InProcessLauncher({ board, lanes, logger });
  };
  if (redisUrl === undefined) {
    const datastore = await openDatastore({ dataDirectory }, { logger });
    return { datastore, launcher: inThreads(datastore.tasks) };
  }
  const opened = await openDatastore({ redisUrl }, { logger });
  const copies = new FolderObjects(path.join(dataDirectory, 'registry'));
  const datastore = { ...opened, datasets: new CopiedRegistry(opened.datasets, copies, logger) };
  return { datastore, launcher: threads === 0 ? new QueueLauncher(datastore.queue) : inThreads(datastore.tasks) };
}

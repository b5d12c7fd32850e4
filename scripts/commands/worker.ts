import { availableParallelism, homedir } from 'node:os';
import path from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Logger } from 'pino';
import type { SharedDatastore } from '../../lambda/datastore/datastore';
import { redisOption } from './connection';
import { cancelOnInterruption } from './interruption';
import { absoluteRoot } from './root-path';
import { UsageError } from './usage-error';
import { wholeNumber } from './whole-number';
import { workerThreadFile } from './worker-thread-file';

interface WorkerOptions {
  readonly redis?: string;
  readonly root: readonly string[];
  readonly concurrency: number;
  readonly cacheDir: string;
}

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('Run tasks of servers elsewhere, taken from the queue in Redis, until Ctrl-C.')
    .addOption(redisOption())
    .addOption(new Option('--root <dir...>', 'only what lies in these folders and s3:// prefixes is read').default([], 'all that this user may read'))
    .addOption(new Option('--concurrency <n>', 'tasks at once, each in a thread').argParser(wholeNumber(1, 256)).default(availableParallelism(), 'one per processor'))
    .addOption(new Option('--cache-dir <dir>', 'folder for what is kept of parts that were read').env('FROCKET_CACHE_DIRECTORY').default(path.join(homedir(), '.cache', 'funnel-rocket', 'parts')))
    .addHelpText(
      'after',
      `
Examples:
  $ npx frocket worker --redis redis://10.0.0.5:6379 --root /data/events
  $ npx frocket worker --redis redis://127.0.0.1:6379 --concurrency 4
  $ npx frocket serve --redis redis://127.0.0.1:6379 --workers 0 \\
      --root /data/events

Workers see datasets under the same paths as the server does. A task whose
worker dies goes to another one, after ten seconds. Told to leave (SIGTERM,
Ctrl-C), a worker takes no more tasks, gives those that run 20 seconds to end,
and the rest back to the queue. Without --redis it belongs to a deployment,
which it finds by FROCKET_DATASTORE_HOST and its like.

The log goes to stderr as JSON lines.`,
    )
    .action(async (options: WorkerOptions) => {
      const [{ workOnQueue }, { threadLanes }, { threadResources }, { readSettings }, { pino, destination }] = await Promise.all([
        import('../../lambda/worker/queue'),
        import('../../lambda/invoker/thread-lanes'),
        import('../../lambda/invoker/thread-resources'),
        import('../../lambda/invoker/settings'),
        import('pino'),
      ]);
      const logger = pino(destination({ dest: 2, sync: true }));
      const leaving = cancelOnInterruption();
      const datastore = await openSharedDatastore(options.redis, logger);
      const resources = threadResources({ directory: options.cacheDir, maxBytes: readSettings(process.env).cacheBytes }, options.concurrency);
      const lanes = threadLanes(options.concurrency, { threadFile: workerThreadFile(), roots: rootsOf(options.root), ...resources, logger });
      try {
        process.stdout.write(`Funnel Rocket waits for tasks, ${options.concurrency} at once\n`);
        await workOnQueue({ datastore, lanes, logger }, leaving);
      } finally {
        await Promise.all(lanes.map((lane) => lane.close()));
        await datastore.close();
      }
    });
}

async function openSharedDatastore(redisUrl: string | undefined, logger: Logger): Promise<SharedDatastore> {
  if (redisUrl !== undefined) {
    const { openDatastore } = await import('../../lambda/datastore/open-datastore');
    return openDatastore({ redisUrl }, { logger });
  }
  if (process.env.FROCKET_DATASTORE_HOST === undefined) {
    throw new UsageError('Name the Redis whose queue to work on by --redis, as in --redis redis://127.0.0.1:6379.');
  }
  const { openFunctionDatastore } = await import('../../lambda/datastore/function-datastore');
  return openFunctionDatastore(process.env, { logger });
}

/** Null where none are given. */
function rootsOf(roots: readonly string[]): string[] | null {
  return roots.length === 0 ? null : roots.map(absoluteRoot);
}

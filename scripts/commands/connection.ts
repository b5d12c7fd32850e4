import { Option } from 'commander';
import type { Command } from 'commander';
import type { FrocketService } from '../../lambda/invoker/service';
import { parseRegion } from './region';
import { UsageError } from './usage-error';
import { wholeNumber } from './whole-number';
import { workerThreadFile } from './worker-thread-file';

/** Where the datasets are: in a local data folder, on a Redis, or behind an API. */
export interface ConnectionOptions {
  readonly dataDir: string;
  readonly redis?: string;
  readonly workers?: number;
  readonly api?: string;
  readonly sign?: string;
  readonly json?: true;
}

export function dataDirOption(): Option {
  return new Option('--data-dir <dir>', 'folder that holds datasets, jobs and results').env('FROCKET_DATA_DIR').default('./.frocket');
}

export function redisOption(): Option {
  return new Option('--redis <url>', 'Redis to keep them in instead, such as redis://127.0.0.1:6379');
}

export function workersOption(): Option {
  return new Option('--workers <n>', 'worker threads; 0, with --redis: leave it to `frocket worker` (default: one per processor)').argParser(wholeNumber(0, 256));
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON only, for programs; errors too');
}

/** Adds the options by which every command that asks a service finds it, and `--json`. */
export function addConnectionOptions(command: Command): void {
  command
    .addOption(dataDirOption())
    .addOption(redisOption())
    .addOption(workersOption())
    .addOption(new Option('--api <url>', 'ask the API at this address instead of working here').env('FROCKET_API_URL'))
    .addOption(signOption())
    .addOption(jsonOption());
}

function signOption(): Option {
  return new Option('--sign <region>', 'sign requests with your AWS credentials for this region; needed for domains of your own only')
    .env('FROCKET_API_REGION')
    .argParser(parseRegion);
}

/** @throws UsageError where nobody would do the work */
export function checkWorkers({ redis, workers }: Pick<ConnectionOptions, 'redis' | 'workers'>): void {
  if (workers === 0 && redis === undefined) {
    throw new UsageError('--workers 0 leaves the work to workers elsewhere, which take it from Redis: name that by --redis too.');
  }
}

/** Opens the service that the options tell, does the work with it, and closes it whatever happens. */
export async function withService<T>(command: Command, work: (service: FrocketService) => Promise<T>): Promise<T> {
  const options = command.opts<ConnectionOptions>();
  const api = apiOf(command);
  if (api !== null) {
    const [{ HttpService }, { callerFor }] = await Promise.all([import('../client/http-service'), import('../client/caller')]);
    return work(new HttpService(api, callerFor(api, { apiKey: apiKeyFromEnvironment(), region: options.sign })));
  }
  checkWorkers(options);
  const { openLocalService } = await import('../../lambda/invoker/open-local-service');
  const opened = await openLocalService({
    dataDirectory: options.dataDir,
    ...(options.redis === undefined ? {} : { redisUrl: options.redis }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    threadFile: workerThreadFile(),
  });
  try {
    return await work(opened.service);
  } finally {
    await opened.close();
  }
}

/** Not an option: other users of a machine see its command lines. */
export function apiKeyFromEnvironment(): string | undefined {
  return process.env.FROCKET_API_KEY || undefined;
}

/** The API to ask; null for the local folder. What the command line says goes before what the environment says. */
function apiOf(command: Command): URL | null {
  const { api } = command.opts<ConnectionOptions>();
  if (api === undefined) {
    if (command.getOptionValueSource('sign') === 'cli') {
      throw new UsageError('--sign is for requests to an API: give its address with --api.');
    }
    return null;
  }
  const local = ['dataDir', 'redis', 'workers'].filter((name) => command.getOptionValueSource(name) === 'cli');
  if (local.length > 0 && command.getOptionValueSource('api') === 'cli') {
    throw new UsageError('--api asks another machine, so it cannot be combined with --data-dir, --redis or --workers. Leave out one or the other.');
  }
  return local.length > 0 ? null : parseApiUrl(api);
}

function parseApiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`--api needs an address such as http://127.0.0.1:5000, and this is "${text}".`);
  }
  return url;
}

import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { DatasetRecord } from '../datastore/dataset';
import type { Datastore } from '../datastore/datastore';
import type { TaskStatus } from '../datastore/job';
import { datasetQuerySchema } from '../query/query-schema';
import { formatLocation, parseLocation } from '../storage/location';
import { openStorage } from '../storage/open-storage';
import { resolveWithinRoots } from '../storage/roots';
import type { WorkerPricing } from './cost';
import { datasetSummary, fullSchema, partsResponse, querySchemaOf, shortSchema } from './dataset-responses';
import { ConflictError, NotFoundError } from './errors';
import { JobRunner } from './jobs';
import type { Launcher } from './launcher';
import { runQuery } from './query';
import { parseRegisterRequest } from './register-request';
import { runRegistration } from './registration';
import type {
  DatasetSummary,
  FrocketService,
  FullSchema,
  PartsResponse,
  QueryResponse,
  RegisterRequest,
  RegisterResponse,
  RunOptions,
  ShortSchema,
  Stats,
  UnregisterResponse,
} from './service';
import type { Settings } from './settings';

export interface LocalServiceOptions {
  readonly datastore: Datastore;
  readonly launcher: Launcher;
  readonly settings: Settings;
  /** Folders that base paths must lie in; null: any path, and S3, may be registered. */
  readonly roots: readonly string[] | null;
  readonly logger: Logger;
  /** What workers' time costs; default: nothing, as on this machine. */
  readonly pricing?: WorkerPricing;
  /** Told of each attempt's end, for metrics. */
  readonly onTaskEnded?: (status: TaskStatus) => void;
  /** Told of each query that was answered, for metrics. */
  readonly onQueryAnswered?: (stats: Stats) => void;
  /** Chooses the parts of a sample; default `Math.random`. */
  readonly random?: () => number;
}

/** Funnel Rocket on a datastore and a launcher of this process. */
export class LocalService implements FrocketService {
  readonly #options: LocalServiceOptions;
  readonly #jobs: JobRunner;

  constructor(options: LocalServiceOptions) {
    this.#options = options;
    const { datastore, launcher, settings, logger, onTaskEnded = () => {} } = options;
    this.#jobs = new JobRunner({ board: datastore.tasks, launcher, logger, onTaskEnded, jobTimeout: settings.jobTimeout, maxAttempts: settings.maxAttempts });
  }

  register(request: RegisterRequest, options: RunOptions = {}): Promise<RegisterResponse> {
    const { datastore, settings, pricing = null, random = Math.random } = this.#options;
    const dependencies = {
      pricing,
      datasets: datastore.datasets,
      jobs: this.#jobs,
      settings,
      openBasepath: (basepath: string) => this.#openBasepath(basepath),
      random,
    };
    return runRegistration(dependencies, parseRegisterRequest(request), options.requestId ?? randomUUID(), options);
  }

  async list(): Promise<DatasetSummary[]> {
    return (await this.#options.datastore.datasets.list()).map(datasetSummary);
  }

  async schema(name: string): Promise<ShortSchema> {
    return shortSchema(await this.#dataset(name));
  }

  async fullSchema(name: string): Promise<FullSchema> {
    return fullSchema(await this.#dataset(name));
  }

  async querySchema(name: string): Promise<unknown> {
    return datasetQuerySchema(querySchemaOf(await this.#dataset(name)));
  }

  async parts(name: string): Promise<PartsResponse> {
    return partsResponse(await this.#dataset(name));
  }

  async query(name: string, query: string, options: RunOptions = {}): Promise<QueryResponse> {
    const { datastore, pricing = null, onQueryAnswered } = this.#options;
    const dependencies = { datasets: datastore.datasets, jobs: this.#jobs, pricing };
    const response = await runQuery(dependencies, await this.#dataset(name), query, options.requestId ?? randomUUID(), options);
    onQueryAnswered?.(response.stats);
    return response;
  }

  async unregister(name: string, { force = false }: { readonly force?: boolean } = {}): Promise<UnregisterResponse> {
    const { datasets } = this.#options.datastore;
    await this.#dataset(name);
    const lastUsed = await datasets.lastUsed(name);
    const interval = this.#options.settings.unregisterLastUsedInterval;
    if (!force && lastUsed !== null && Date.now() - lastUsed < interval) {
      throw new ConflictError(`Dataset '${name}' was queried within the last ${interval / 1000} seconds; unregister it later, or with force.`);
    }
    if (!(await datasets.remove(name))) {
      throw noSuchDataset(name);
    }
    return { success: true, datasetFound: true, datasetLastUsed: lastUsed === null ? null : lastUsed / 1000 };
  }

  async #dataset(name: string): Promise<DatasetRecord> {
    const dataset = await this.#options.datastore.datasets.get(name);
    if (dataset === null) {
      throw noSuchDataset(name);
    }
    return dataset;
  }

  async #openBasepath(basepath: string) {
    const { roots } = this.#options;
    if (roots === null) {
      return { basepath: formatLocation(parseLocation(basepath)), storage: openStorage(basepath) };
    }
    const resolved = await resolveWithinRoots(basepath, roots);
    return { basepath: resolved, storage: openStorage(resolved, { confineTo: roots }) };
  }
}

function noSuchDataset(name: string): NotFoundError {
  return new NotFoundError(`There is no dataset '${name}'.`);
}

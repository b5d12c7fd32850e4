import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { DatasetRecord } from '../datastore/dataset';
import type { Datastore } from '../datastore/datastore';
import type { TaskStatus } from '../datastore/job';
import { parseOrderedJson } from '../query/ordered-json';
import { datasetQuerySchema } from '../query/query-schema';
import { formatLocation, parseLocation } from '../storage/location';
import { openStorage } from '../storage/open-storage';
import { resolveWithinRoots } from '../storage/roots';
import { Answers } from './answers';
import type { WorkerPricing } from './cost';
import { datasetSummary, fullSchema, partsResponse, querySchemaOf, shortSchema } from './dataset-responses';
import { ConflictError, NotFoundError } from './errors';
import type { ServedService } from './handlers';
import { JobGate } from './job-gate';
import { JobRunner } from './jobs';
import { JsonText } from './json-text';
import type { Launcher } from './launcher';
import { parseRegisterRequest } from './register-request';
import { runRegistration } from './registration';
import type {
  DatasetSummary,
  FullSchema,
  PartsResponse,
  QueryOptions,
  QueryResponse,
  QueryStats,
  RegisterRequest,
  RegisterResponse,
  RunOptions,
  ShortSchema,
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
  readonly onQueryAnswered?: (stats: QueryStats) => void;
  /** Chooses the parts of a sample; default `Math.random`. */
  readonly random?: () => number;
}

/** Funnel Rocket on a datastore and a launcher of this process. */
export class LocalService implements ServedService {
  readonly #options: LocalServiceOptions;
  readonly #jobs: JobRunner;
  readonly #gate: JobGate;
  readonly #answers: Answers;

  constructor(options: LocalServiceOptions) {
    this.#options = options;
    const { datastore, launcher, settings, logger, onTaskEnded = () => {} } = options;
    this.#jobs = new JobRunner({ ...settings, board: datastore.tasks, launcher, logger, onTaskEnded });
    this.#gate = new JobGate({ settings, slots: datastore.sharing?.slots ?? null, logger });
    const { pricing = null } = options;
    this.#answers = new Answers({ datastore, jobs: this.#jobs, gate: this.#gate, pricing, settings, logger });
  }

  async register(request: RegisterRequest, options: RunOptions = {}): Promise<RegisterResponse> {
    const { datastore, settings, pricing = null, random = Math.random } = this.#options;
    const dependencies = {
      logger: this.#options.logger,
      pricing,
      datasets: datastore.datasets,
      jobs: this.#jobs,
      settings,
      openBasepath: (basepath: string) => this.#openBasepath(basepath),
      random,
    };
    const parsed = parseRegisterRequest(request);
    const { requestId = randomUUID(), signal = new AbortController().signal, onProgress } = options;
    const onWaiting = () => onProgress?.({ stage: 'STARTING', message: 'Waiting for other jobs to end', tasks: {} });
    const response = await this.#gate.run(requestId, signal, onWaiting, () => runRegistration(dependencies, parsed, requestId, options));
    await this.#forgetAnswers(parsed.name);
    return response;
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

  async query(name: string, query: string, options: QueryOptions = {}): Promise<QueryResponse> {
    // From the very text that HTTP clients are given; large integers and the order of values are kept.
    return parseOrderedJson((await this.answer(name, query, options)).text) as QueryResponse;
  }

  /** @returns a `QueryResponse` as JSON text */
  async answer(name: string, query: string, options: QueryOptions = {}): Promise<JsonText> {
    const { requestId = randomUUID() } = options;
    const { content, stats } = await this.#answers.answer(await this.#dataset(name), query, requestId, options);
    this.#options.onQueryAnswered?.(stats);
    return new JsonText(`{"success":true,"requestId":${JSON.stringify(requestId)},${content},"stats":${JSON.stringify(stats)}}`);
  }

  /** Refuses jobs that wait for their turn, and those to come. */
  closeGate(): void {
    this.#gate.close();
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
    await this.#forgetAnswers(name);
    return { success: true, datasetFound: true, datasetLastUsed: lastUsed === null ? null : lastUsed / 1000 };
  }

  async #dataset(name: string): Promise<DatasetRecord> {
    const dataset = await this.#options.datastore.datasets.get(name);
    if (dataset === null) {
      throw noSuchDataset(name);
    }
    return dataset;
  }

  /** Of versions that nobody asks any longer: where this fails, they only take room until they expire. */
  async #forgetAnswers(name: string): Promise<void> {
    const { datastore, logger } = this.#options;
    try {
      await datastore.answers.forget(name);
    } catch (error) {
      logger.warn({ err: error, dataset: name }, 'The stored answers of a dataset that is no more are kept until they expire');
    }
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

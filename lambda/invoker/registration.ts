import type { Logger } from 'pino';
import type { DatasetRecord, PartFile } from '../datastore/dataset';
import type { DatasetRegistry } from '../datastore/registry';
import type { PartInspection } from '../datastore/inspection';
import type { InspectionWork, TaskSuccess } from '../datastore/job';
import { DatasetMismatchError, LimitError } from '../query/errors';
import { StorageError } from '../storage/errors';
import type { Storage } from '../storage/storage';
import { chooseParts } from './choose-parts';
import { refuseDifferentSchemas } from './compare-schemas';
import { datasetSummary } from './dataset-responses';
import { refuseSharedGroups } from './disjoint-groups';
import { StorageUnavailableError } from './errors';
import type { WorkerPricing } from './cost';
import type { JobRunner } from './jobs';
import { mergeInspections } from './merge-inspections';
import type { InspectedPart } from './merge-inspections';
import { withClaimedName } from './name-claim';
import type { RegisterRequest, RegisterResponse, RunOptions } from './service';
import type { Settings } from './settings';
import { jobStatistics } from './statistics';

export interface RegistrationDependencies {
  readonly logger: Pick<Logger, 'warn'>;
  readonly datasets: DatasetRegistry;
  readonly jobs: JobRunner;
  readonly settings: Settings;
  readonly pricing: WorkerPricing | null;
  /** Resolves and opens a base path, or refuses it. */
  readonly openBasepath: (basepath: string) => Promise<{ readonly basepath: string; readonly storage: Storage }>;
  /** Numbers from 0 up to and excluding 1, to choose the parts of a sample. */
  readonly random: () => number;
}

/**
 * Finds a dataset's parts, checks some of them, and replaces what was registered under the name.
 *
 * @throws ConflictError where another registration of the name runs; DatasetMismatchError, TypeMismatchError,
 * LimitError and errors of tasks where the files do not make a dataset
 */
export async function runRegistration(
  dependencies: RegistrationDependencies,
  request: RegisterRequest,
  requestId: string,
  options: RunOptions,
): Promise<RegisterResponse> {
  return withClaimedName(dependencies.datasets, request.name, requestId, dependencies.logger, (confirmClaim) => registerClaimed(dependencies, request, requestId, options, confirmClaim));
}

async function registerClaimed(
  { datasets, jobs, settings, pricing, openBasepath, random }: RegistrationDependencies,
  request: RegisterRequest,
  requestId: string,
  options: RunOptions,
  confirmClaim: () => Promise<void>,
): Promise<RegisterResponse> {
  const startedAt = performance.now();
  const { basepath, storage } = await openBasepath(request.basepath);
  const parts = await listParts(storage, request, settings.maxParts);

  const mode = request.validationMode ?? 'SAMPLE';
  const sampled = chooseParts(mode, parts.length, settings, random).map((index) => parts[index]);
  const validateUniques = (request.validateUniques ?? true) && sampled.length > 1;
  const work: InspectionWork = {
    kind: 'inspection',
    basepath,
    groupIdColumn: request.groupIdColumn,
    timestampColumn: request.timestampColumn,
    returnGroupIds: validateUniques,
  };
  const inspections = new Map<number, PartInspection>();
  const onResult = (result: TaskSuccess['result'], index: number) => void inspections.set(index, asInspection(result));
  const job = await jobs.run({ requestId, datasetName: request.name, work, parts: sampled, mayBeCached: false, onResult }, options);

  const inspected = sampled.flatMap(({ filename }, index): InspectedPart[] => {
    const inspection = inspections.get(index);
    return inspection === undefined ? [] : [{ filename, inspection }];
  });
  refuseDifferentSchemas(inspected);
  if (validateUniques) {
    refuseSharedGroups(inspected, request.groupIdColumn);
  }
  const dataset: DatasetRecord = {
    id: { name: request.name, registeredAt: new Date().toISOString() },
    basepath,
    groupIdColumn: request.groupIdColumn,
    timestampColumn: request.timestampColumn,
    parts,
    schema: mergeInspections(inspected, settings),
  };
  await confirmClaim();
  await datasets.put(dataset);
  job.progress.enter('DONE', 'Registered');
  return { success: true, requestId, dataset: datasetSummary(dataset), stats: jobStatistics(job.measurements, parts, performance.now() - startedAt, pricing) };
}

async function listParts(storage: Storage, { basepath, pattern = '*.parquet' }: RegisterRequest, maxParts: number): Promise<PartFile[]> {
  const parts = await storage.list(pattern).catch(refuseStorageError);
  if (parts.length === 0) {
    throw new DatasetMismatchError(`No file in '${basepath}' matches the pattern '${pattern}'.`, '/basepath');
  }
  if (parts.length > maxParts) {
    throw new LimitError(
      `'${basepath}' holds ${parts.length} files that match '${pattern}', more than the ${maxParts} parts that a dataset may have; write fewer, larger files.`,
      'request',
      '/basepath',
    );
  }
  return parts;
}

/** Storage errors are made for workers' tasks; here they answer the request. */
function refuseStorageError(error: unknown): never {
  if (!(error instanceof StorageError)) {
    throw error;
  }
  throw error.retryable ? new StorageUnavailableError(error.message, '/basepath') : new DatasetMismatchError(error.message, '/basepath');
}

function asInspection(result: TaskSuccess['result']): PartInspection {
  if ('query' in result) {
    throw new Error('An inspection task returned a query’s result.');
  }
  return result;
}

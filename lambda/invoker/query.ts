import type { DatasetRecord } from '../datastore/dataset';
import type { DatasetRegistry } from '../datastore/registry';
import type { QueryWork, RequiredColumn, TaskSuccess } from '../datastore/job';
import { mergePartials } from '../engine/merge';
import type { PartialResult } from '../engine/partial';
import { columnsUsed } from '../query/columns-used';
import type { ExpandedQuery } from '../query/expanded';
import { parseQuery } from '../query/parse-query';
import { querySchemaOf } from './dataset-responses';
import type { WorkerPricing } from './cost';
import type { JobRunner } from './jobs';
import type { QueryResponse, RunOptions } from './service';
import { jobStatistics } from './statistics';

export interface QueryDependencies {
  readonly datasets: DatasetRegistry;
  readonly jobs: JobRunner;
  readonly pricing: WorkerPricing | null;
}

/**
 * Checks a query against its dataset, runs it over all parts and merges what they contribute.
 *
 * @param text the query, JSON
 * @throws FrocketError of every kind but CONFLICT
 */
export async function runQuery(
  { datasets, jobs, pricing }: QueryDependencies,
  dataset: DatasetRecord,
  text: string,
  requestId: string,
  options: RunOptions,
): Promise<QueryResponse> {
  const startedAt = performance.now();
  const schema = querySchemaOf(dataset);
  const query = parseQuery(text, schema);
  await datasets.touch(dataset.id.name, Date.now());
  const work: QueryWork = {
    kind: 'query',
    basepath: dataset.basepath,
    groupIdColumn: dataset.groupIdColumn,
    timestampColumn: dataset.timestampColumn,
    datasetVersion: `${dataset.id.name}@${dataset.id.registeredAt}`,
    query,
    columns: requiredColumns(query, dataset),
  };
  const job = await jobs.run({ requestId, datasetName: dataset.id.name, work, parts: dataset.parts }, options);
  const answer = mergePartials(query, job.results.map(asPartialResult));
  job.progress.enter('DONE', 'Done');
  return { success: true, requestId, ...answer, stats: jobStatistics(job.measurements, dataset.parts, performance.now() - startedAt, pricing) };
}

function requiredColumns(query: ExpandedQuery, dataset: DatasetRecord): RequiredColumn[] {
  const used = new Set(columnsUsed(query, dataset));
  return dataset.schema.columns.filter(({ name }) => used.has(name)).map(({ name, type, logical }) => ({ name, type, logical }));
}

function asPartialResult(result: TaskSuccess['result']): PartialResult {
  if ('query' in result) {
    return result;
  }
  throw new Error('A query task returned an inspection.');
}

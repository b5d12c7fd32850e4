import type { StoredAnswer } from '../datastore/answer-store';
import type { DatasetRecord } from '../datastore/dataset';
import type { QueryWork, RequiredColumn, TaskSuccess } from '../datastore/job';
import { Merger } from '../engine/merge';
import type { PartialResult } from '../engine/partial';
import { columnsUsed } from '../query/columns-used';
import type { ExpandedQuery } from '../query/expanded';
import { answerContent } from './answer-content';
import type { WorkerPricing } from './cost';
import type { JobRunner } from './jobs';
import type { RunOptions } from './service';
import type { Settings } from './settings';
import { jobStatistics } from './statistics';

export interface QueryDependencies {
  readonly jobs: JobRunner;
  readonly pricing: WorkerPricing | null;
  readonly settings: Pick<Settings, 'maxResultSize' | 'maxPartialResultSize'>;
}

export interface QueryRequest {
  readonly dataset: DatasetRecord;
  readonly query: ExpandedQuery;
  readonly requestId: string;
  /** Whether workers may have parts in their caches, of queries before. */
  readonly mayBeCached: boolean;
}

/**
 * Runs a query over all parts of its dataset and merges what they contribute.
 *
 * @throws TaskFailedError, JobTimeoutError, LimitError, or the signal's reason where the caller gives up
 */
export async function runQuery(
  { jobs, pricing, settings }: QueryDependencies,
  { dataset, query, requestId, mayBeCached }: QueryRequest,
  options: RunOptions,
): Promise<StoredAnswer> {
  const startedAt = Date.now();
  const clock = performance.now();
  const work: QueryWork = {
    kind: 'query',
    basepath: dataset.basepath,
    groupIdColumn: dataset.groupIdColumn,
    timestampColumn: dataset.timestampColumn,
    datasetVersion: `${dataset.id.name}@${dataset.id.registeredAt}`,
    query,
    columns: requiredColumns(query, dataset),
    maxResultSize: settings.maxPartialResultSize,
  };
  const merger = new Merger(query);
  const onResult = (result: TaskSuccess['result']) => merger.add(asPartialResult(result));
  const job = await jobs.run({ requestId, datasetName: dataset.id.name, work, parts: dataset.parts, mayBeCached, onResult }, options);
  const content = answerContent(merger.answer(), settings.maxResultSize);
  job.progress.enter('DONE', 'Done');
  const stats = jobStatistics(job.measurements, dataset.parts, performance.now() - clock, pricing);
  return { startedAt, computedAt: Date.now(), content, stats: JSON.stringify(stats) };
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

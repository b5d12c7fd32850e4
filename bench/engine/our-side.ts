/** One side of the table: what a worker does with a query, by its own functions. */
import type { LaunchedTask } from '../../lambda/datastore/job';
import type { AggregationAnswer, Answer, MatchAnswer } from '../../lambda/engine/merge';
import { mergePartials } from '../../lambda/engine/merge';
import { openParquet } from '../../lambda/parquet/parquet-file';
import type { ParquetColumn } from '../../lambda/parquet/parquet-file';
import { columnsUsed } from '../../lambda/query/columns-used';
import { parseQuery } from '../../lambda/query/parse-query';
import { LocalStorage } from '../../lambda/storage/local-storage';
import type { PartFile } from '../../lambda/datastore/dataset';
import { runTask } from '../../lambda/worker/task';
import type { WorkerContext } from '../../lambda/worker/task';
import type { Figures } from './cases';
import type { ShopFile } from './shop-data';

export interface OurWork extends ShopFile {
  readonly query: unknown;
  /** Cold: from the file. Warm: from what the worker has of it in memory. */
  readonly warm: boolean;
}

/** What a side says of a run. */
export interface Report {
  readonly milliseconds: number;
  readonly figures: Figures;
}

const ids = { groupIdColumn: 'user_id', timestampColumn: 'timestamp' };

interface RegisteredFile {
  readonly part: PartFile;
  readonly columns: readonly ParquetColumn[];
}

const registered = new Map<string, RegisteredFile>();

async function register({ folder, filename }: ShopFile): Promise<RegisteredFile> {
  const key = `${folder}/${filename}`;
  const known = registered.get(key);
  if (known !== undefined) return known;
  const storage = new LocalStorage(folder);
  const [part] = await storage.list(filename);
  const source = storage.open(part);
  const { columns } = await openParquet(source);
  await source.close();
  registered.set(key, { part, columns });
  return { part, columns };
}

/**
 * From the query's text to its merged answer, by the worker's own task.
 * @throws Error with the task's message where it fails
 */
export async function run(work: ShopFile & { readonly query: unknown }, context: WorkerContext): Promise<Report> {
  const { part, columns } = await register(work);
  const text = JSON.stringify(work.query);
  const startedAt = performance.now();
  const schema = { ...ids, columns: new Map(columns.map((column) => [column.name, column])), minTimestamp: null, maxTimestamp: null };
  const query = parseQuery(text, schema);
  const used = new Set(columnsUsed(query, ids));
  const task: LaunchedTask = {
    work: { kind: 'query', ...ids, basepath: work.folder, datasetVersion: work.filename, query, columns: columns.filter(({ name }) => used.has(name)) },
    task: { index: 0, attempt: 1, part },
    launchedAt: Date.now(),
  };
  const outcome = await runTask(task, () => undefined, context);
  if (outcome.status === 'ENDED_FAILED') throw new Error(`${outcome.errorKind}: ${outcome.message}`);
  if (!('query' in outcome.result)) throw new Error('A query task returned an inspection.');
  const answer = mergePartials(query, [outcome.result]);
  return { milliseconds: performance.now() - startedAt, figures: figuresOf(answer) };
}

function figuresOf({ query, funnel }: Answer): Figures {
  const matches = funnel === undefined ? [['', query] as const] : funnel.sequence.map((step, index) => [`${index}.`, step] as const);
  return Object.fromEntries(matches.flatMap(([prefix, match]) => figuresOfMatch(match).map(([name, value]) => [`${prefix}${name}`, value])));
}

function figuresOfMatch({ matchingGroups, matchingGroupRows, aggregations = [] }: MatchAnswer): [string, number][] {
  return [['groups', matchingGroups], ['rows', matchingGroupRows], ...aggregations.flatMap(figuresOfAggregation)];
}

function figuresOfAggregation({ type, column, value }: AggregationAnswer): [string, number][] {
  return typeof value === 'number' ? [[`${type}.${column}`, value]] : [...value].map(([key, ofKey]): [string, number] => [`${type}.${key}`, Number(ofKey)]);
}

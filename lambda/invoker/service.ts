import type { ErrorKind } from '../query/errors';
import type { ColumnType, Numeric } from '../query/expanded';
import type { TaskStatus } from '../datastore/job';

/**
 * What Funnel Rocket does for a client, apart from how the client reaches it: the HTTP routes, the command line on a
 * local data folder and the command line over HTTP all speak this interface. Failures reject with a `FrocketError`.
 */
export interface FrocketService {
  register(request: RegisterRequest, options?: RunOptions): Promise<RegisterResponse>;
  list(): Promise<DatasetSummary[]>;
  schema(name: string): Promise<ShortSchema>;
  fullSchema(name: string): Promise<FullSchema>;
  /** JSON Schema (2020-12) of the queries that this dataset can answer. */
  querySchema(name: string): Promise<unknown>;
  parts(name: string): Promise<PartsResponse>;
  /** @param query JSON text, so that integers beyond 2^53 arrive as they were written. */
  query(name: string, query: string, options?: QueryOptions): Promise<QueryResponse>;
  unregister(name: string, options?: { readonly force?: boolean }): Promise<UnregisterResponse>;
}

export interface RunOptions {
  /** The ID to run under, where the caller has one already; default: a new one. */
  readonly requestId?: string;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface QueryOptions extends RunOptions {
  /** Whether to run the query even where its answer is stored, or where the same query runs already; default false. */
  readonly fresh?: boolean;
}

export interface RegisterRequest {
  readonly name: string;
  readonly basepath: string;
  readonly groupIdColumn: string;
  readonly timestampColumn: string;
  /** Glob of file names; default `*.parquet`. */
  readonly pattern?: string | undefined;
  /** Which parts are read and compared at registration; default SAMPLE. */
  readonly validationMode?: 'SINGLE' | 'FIRST_LAST' | 'SAMPLE' | undefined;
  /** Whether to check that no group lies in two of the sampled parts; default true. */
  readonly validateUniques?: boolean | undefined;
}

export interface Progress {
  readonly stage: 'STARTING' | 'RUNNING' | 'FINISHING' | 'DONE';
  readonly message: string;
  readonly tasks: Partial<Record<TaskStatus, number>>;
}

export interface DatasetSummary {
  readonly id: { readonly name: string; readonly registeredAt: string };
  readonly basepath: string;
  readonly totalParts: number;
  readonly groupIdColumn: string;
  readonly timestampColumn: string;
}

export interface RegisterResponse {
  readonly success: true;
  readonly requestId: string;
  readonly dataset: DatasetSummary;
  readonly stats: Stats;
}

export interface ShortSchema {
  readonly columns: Record<string, ColumnType>;
  readonly minTimestamp: Numeric | null;
  readonly maxTimestamp: Numeric | null;
  readonly sourceCategoricals: string[];
  readonly potentialCategoricals: string[];
}

export interface FullSchema {
  readonly columns: Record<string, FullColumn>;
  readonly groupIdColumn: string;
  readonly timestampColumn: string;
  readonly minTimestamp: Numeric | null;
  readonly maxTimestamp: Numeric | null;
  readonly sourceCategoricals: string[];
  readonly potentialCategoricals: string[];
  readonly unsupportedColumns: Record<string, string>;
}

export interface FullColumn {
  readonly name: string;
  readonly coltype: ColumnType;
  readonly dtypeName: string;
  readonly colattrs: {
    readonly categorical: boolean;
    readonly numericMin?: Numeric;
    readonly numericMax?: Numeric;
    readonly catTopValues?: Record<string, number>;
    readonly catUniqueRatio?: number;
  };
}

export interface PartsResponse {
  readonly filenames: string[];
  readonly namingMethod: 'LIST';
  readonly totalParts: number;
  /** Bytes. */
  readonly totalSize: number;
}

export interface QueryResponse {
  readonly success: true;
  readonly requestId: string;
  readonly query: MatchResult;
  readonly funnel?: FunnelResult;
  readonly stats: QueryStats;
}

export interface MatchResult {
  readonly matchingGroups: number;
  readonly matchingGroupRows: number;
  readonly aggregations?: AggregationResult[];
}

export interface FunnelResult {
  readonly sequence: MatchResult[];
  readonly endAggregations?: AggregationResult[];
}

export interface AggregationResult {
  readonly column: string;
  readonly type: string;
  readonly name?: string;
  readonly top?: number;
  /** A count, or values per key, greatest first: a Map, since JavaScript objects reorder keys that look like integers. */
  readonly value: number | ReadonlyMap<string, Numeric>;
}

/** Times in seconds, sizes in bytes, cost in US dollars (0 on a laptop). */
export interface Stats {
  readonly totalTime: number;
  readonly invoker: InvokerStats;
  readonly worker: WorkerStats;
  readonly dataset: { readonly parts: number; readonly totalSize: number };
  readonly cost: number;
}

/** Where no job ran for this request, `totalTime` and `cost` are of the request, and all else is of the job that computed the answer. */
export interface QueryStats extends Stats {
  readonly answer: AnswerOrigin;
}

export interface AnswerOrigin {
  /** A job of this request; an answer stored by an earlier one; or the job of another request for the same that ran meanwhile. */
  readonly from: 'job' | 'stored' | 'shared';
  /** ISO-8601, UTC. */
  readonly computedAt: string;
}

export interface InvokerStats {
  readonly enqueueTime: number;
  readonly pollTime: number;
  readonly totalTasks: number;
  readonly failedTasks: number;
  readonly retries: number;
  /** Tasks that ended successfully per quarter of a second; the key is the quarter's end. */
  readonly taskSuccessOverTime: Record<string, number>;
}

export interface WorkerStats {
  readonly coldTasks: number;
  readonly warmTasks: number;
  readonly invokeLatency: Percentiles | null;
  readonly loadTime: Percentiles | null;
  readonly totalTime: Percentiles | null;
  readonly scannedRows: number;
  readonly scannedGroups: number;
  readonly bytesRead: number;
  readonly readRequests: number;
  readonly cache: { readonly source: number; readonly diskCache: number; readonly memory: number };
}

export interface Percentiles {
  readonly mean: number;
  readonly min: number;
  readonly '25%': number;
  readonly '50%': number;
  readonly '75%': number;
  readonly '95%': number;
  readonly '99%': number;
  readonly max: number;
}

export interface UnregisterResponse {
  readonly success: true;
  readonly datasetFound: true;
  /** Seconds since the epoch; null where the dataset was never queried. */
  readonly datasetLastUsed: number | null;
}

export interface ErrorResponse {
  readonly success: false;
  readonly errorMessage: string;
  readonly errorKind: ErrorKind;
  readonly path?: string;
  readonly requestId: string;
}

import * as z from 'zod';
import type { Numeric } from '../query/expanded';
import { registerRequestSchema } from './register-request';
import { STATUS_OF_KIND } from './http-errors';
import type {
  AggregationResult,
  DatasetSummary,
  ErrorResponse,
  FullSchema,
  FunnelResult,
  MatchResult,
  PartsResponse,
  Percentiles,
  Progress,
  QueryResponse,
  QueryStats,
  RegisterResponse,
  ShortSchema,
  Stats,
  UnregisterResponse,
} from './service';

/**
 * The bodies of `service.ts`, described for the OpenAPI document. Each is declared as a schema of its interface, so
 * that the compiler notices where the two part.
 */
const count = z.int().nonnegative();
const numeric = z.custom<Numeric>().meta({ type: 'number' });
const instant = numeric.nullable();
const columnType = z.enum(['INT', 'FLOAT', 'BOOL', 'STRING']);
const requestId = z.string();
const taskStatus = z.enum(['QUEUED', 'LOADING_DATA', 'RUNNING_QUERY', 'RUNNING', 'ENDED_SUCCESS', 'ENDED_FAILED']);

const progress: z.ZodType<Progress> = z.object({
  stage: z.enum(['STARTING', 'RUNNING', 'FINISHING', 'DONE']),
  message: z.string(),
  tasks: z.partialRecord(taskStatus, count).meta({ description: 'Tasks by status; they add up to the number of parts.' }),
});

const percentiles: z.ZodType<Percentiles> = z.object({
  mean: z.number(),
  min: z.number(),
  '25%': z.number(),
  '50%': z.number(),
  '75%': z.number(),
  '95%': z.number(),
  '99%': z.number(),
  max: z.number(),
});

const statsFields = z.object({
  totalTime: z.number(),
  invoker: z.object({
    enqueueTime: z.number(),
    pollTime: z.number(),
    totalTasks: count,
    failedTasks: count,
    retries: count,
    taskSuccessOverTime: z.record(z.string(), count),
  }),
  worker: z.object({
    coldTasks: count,
    warmTasks: count,
    invokeLatency: percentiles.nullable(),
    loadTime: percentiles.nullable(),
    totalTime: percentiles.nullable(),
    scannedRows: count,
    scannedGroups: count,
    bytesRead: count,
    readRequests: count,
    cache: z.object({ source: count, diskCache: count, memory: count }),
  }),
  dataset: z.object({ parts: count, totalSize: count }),
  cost: z.number(),
});
const UNITS = 'Times in seconds, sizes in bytes, cost in US dollars.';
const stats: z.ZodType<Stats> = statsFields.meta({ description: UNITS });

const queryStats: z.ZodType<QueryStats> = statsFields
  .extend({
    answer: z
      .object({ from: z.enum(['job', 'stored', 'shared']), computedAt: z.string().meta({ format: 'date-time' }) })
      .meta({ description: 'Whether a job of this request computed the answer, an earlier one, or one of another request that ran meanwhile.' }),
  })
  .meta({ description: `${UNITS} Where no job ran for this request, totalTime and cost are of the request and all else of the job that computed the answer.` });

const datasetSummary: z.ZodType<DatasetSummary> = z.object({
  id: z.object({ name: z.string(), registeredAt: z.string().meta({ format: 'date-time' }) }),
  basepath: z.string(),
  totalParts: count,
  groupIdColumn: z.string(),
  timestampColumn: z.string(),
});

const aggregation: z.ZodType<AggregationResult> = z.object({
  column: z.string(),
  type: z.enum(['count', 'countPerValue', 'groupsPerValue', 'sumPerValue', 'meanPerValue']),
  name: z.string().exactOptional(),
  top: count.exactOptional(),
  value: z
    .custom<AggregationResult['value']>()
    .meta({ description: 'A count, or numbers by value, greatest first.', anyOf: [{ type: 'integer' }, { type: 'object', additionalProperties: { type: 'number' } }] }),
});

const match: z.ZodType<MatchResult> = z.object({
  matchingGroups: count,
  matchingGroupRows: count,
  aggregations: z.array(aggregation).exactOptional(),
});

const funnel: z.ZodType<FunnelResult> = z.object({ sequence: z.array(match), endAggregations: z.array(aggregation).exactOptional() });

const shortSchema: z.ZodType<ShortSchema> = z.object({
  columns: z.record(z.string(), columnType),
  minTimestamp: instant,
  maxTimestamp: instant,
  sourceCategoricals: z.array(z.string()),
  potentialCategoricals: z.array(z.string()),
});

const fullSchema: z.ZodType<FullSchema> = z.object({
  columns: z.record(
    z.string(),
    z.object({
      name: z.string(),
      coltype: columnType,
      dtypeName: z.string(),
      colattrs: z.object({
        categorical: z.boolean(),
        numericMin: numeric.exactOptional(),
        numericMax: numeric.exactOptional(),
        catTopValues: z.record(z.string(), z.number()).exactOptional(),
        catUniqueRatio: z.number().exactOptional(),
      }),
    }),
  ),
  groupIdColumn: z.string(),
  timestampColumn: z.string(),
  minTimestamp: instant,
  maxTimestamp: instant,
  sourceCategoricals: z.array(z.string()),
  potentialCategoricals: z.array(z.string()),
  unsupportedColumns: z.record(z.string(), z.string()),
});

const parts: z.ZodType<PartsResponse> = z.object({
  filenames: z.array(z.string()),
  namingMethod: z.literal('LIST'),
  totalParts: count,
  totalSize: count,
});

const registerResponse: z.ZodType<RegisterResponse> = z.object({ success: z.literal(true), requestId, dataset: datasetSummary, stats });

const queryResponse: z.ZodType<QueryResponse> = z.object({ success: z.literal(true), requestId, query: match, funnel: funnel.exactOptional(), stats: queryStats });

const unregisterResponse: z.ZodType<UnregisterResponse> = z.object({
  success: z.literal(true),
  datasetFound: z.literal(true),
  datasetLastUsed: z.number().nullable().meta({ description: 'Seconds since the epoch.' }),
});

const error: z.ZodType<ErrorResponse> = z.object({
  success: z.literal(false),
  errorMessage: z.string(),
  errorKind: z.enum(Object.keys(STATUS_OF_KIND) as ErrorResponse['errorKind'][]),
  path: z.string().exactOptional().meta({ description: 'JSON Pointer into the request body.' }),
  requestId,
});

/** By the name that each has in the OpenAPI document. */
export const namedSchemas = {
  RegisterRequest: registerRequestSchema,
  RegisterResponse: registerResponse,
  DatasetSummary: datasetSummary,
  DatasetList: z.array(datasetSummary),
  ShortSchema: shortSchema,
  FullSchema: fullSchema,
  Parts: parts,
  QueryResponse: queryResponse,
  Match: match,
  Funnel: funnel,
  Aggregation: aggregation,
  Stats: stats,
  QueryStats: queryStats,
  Percentiles: percentiles,
  UnregisterResponse: unregisterResponse,
  Progress: progress,
  Accepted: z.object({ success: z.literal(true), requestId }),
  RunningJob: z.object({ success: z.literal(true), requestId, status: z.literal('RUNNING'), progress: progress.exactOptional() }),
  Health: z.object({ success: z.literal(true), status: z.literal('OK') }),
  Error: error,
} satisfies Record<string, z.ZodType>;

import type { ErrorKind } from '../query/errors';
import type { namedSchemas } from './response-schemas';

/** A body: a named schema, or something that has no schema of ours. */
export type BodySchema = keyof typeof namedSchemas | 'Query' | 'JsonSchema' | 'OpenApi' | 'PrometheusText';

export interface RouteAnswer {
  readonly description: string;
  /** More than one where a query parameter decides. */
  readonly bodies: readonly BodySchema[];
}

export interface Route {
  readonly method: 'get' | 'post';
  /** With `{parameters}` as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  /** Boolean query parameters and what they do. */
  readonly flags: Readonly<Record<string, string>>;
  readonly body: 'RegisterRequest' | 'Query' | null;
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** Besides SCHEMA for unknown query parameters and INTERNAL, which every route may give. */
  readonly errors: readonly ErrorKind[];
}

const STREAM = 'Answer with newline-delimited JSON: Progress lines, and the response or error as the last line.';
const FRESH = 'Run the query even where its answer is stored, or where the same query runs already; its answer is stored instead.';
const RUN_ERRORS: readonly ErrorKind[] = ['NOT_FOUND', 'LIMIT', 'TASK_FAILED', 'TIMEOUT'];
const QUERY_ERRORS: readonly ErrorKind[] = ['DATASET_MISMATCH', 'TYPE_MISMATCH', ...RUN_ERRORS];
const ok = (description: string, ...bodies: BodySchema[]): Route['answers'] => ({ 200: { description, bodies } });

/** All routes: the server serves these, and the OpenAPI document describes these. */
export const routes = {
  register: {
    method: 'post',
    path: '/datasets/register',
    summary: 'Register the Parquet files of a folder as a dataset, replacing one of the same name',
    flags: { stream: STREAM },
    body: 'RegisterRequest',
    answers: ok('The dataset is registered.', 'RegisterResponse'),
    errors: ['DATASET_MISMATCH', 'TYPE_MISMATCH', 'CONFLICT', 'LIMIT', 'TASK_FAILED', 'TIMEOUT'],
  },
  list: {
    method: 'get',
    path: '/datasets',
    summary: 'List the registered datasets',
    flags: {},
    body: null,
    answers: ok('All datasets, in name order.', 'DatasetList'),
    errors: [],
  },
  schema: {
    method: 'get',
    path: '/datasets/{name}/schema',
    summary: 'Columns of a dataset, as sampled at registration',
    flags: { full: 'Include ranges, categories and unsupported columns.' },
    body: null,
    answers: ok('The schema.', 'ShortSchema', 'FullSchema'),
    errors: ['NOT_FOUND'],
  },
  parts: {
    method: 'get',
    path: '/datasets/{name}/parts',
    summary: 'Files of a dataset',
    flags: {},
    body: null,
    answers: ok('The files.', 'Parts'),
    errors: ['NOT_FOUND'],
  },
  datasetQuerySchema: {
    method: 'get',
    path: '/datasets/{name}/query-schema',
    summary: 'JSON Schema of the queries that a dataset can answer, for editors and forms',
    flags: {},
    body: null,
    answers: ok('The schema, with the dataset’s columns and types.', 'JsonSchema'),
    errors: ['NOT_FOUND'],
  },
  querySchema: {
    method: 'get',
    path: '/query-schema',
    summary: 'JSON Schema of queries',
    flags: {},
    body: null,
    answers: ok('The schema, for any dataset.', 'JsonSchema'),
    errors: [],
  },
  unregister: {
    method: 'post',
    path: '/datasets/{name}/unregister',
    summary: 'Forget a dataset; no file is touched',
    flags: { force: 'Also where the dataset was queried a moment ago.' },
    body: null,
    answers: ok('The dataset is forgotten.', 'UnregisterResponse'),
    errors: ['NOT_FOUND', 'CONFLICT'],
  },
  query: {
    method: 'post',
    path: '/datasets/{name}/query',
    summary: 'Run a query',
    flags: { stream: STREAM, fresh: FRESH, async: 'Answer at once with 202 and a request ID; the answer is then at /jobs/{requestId}.' },
    body: 'Query',
    answers: {
      ...ok('The answer.', 'QueryResponse'),
      202: { description: 'The query runs; come back for its answer.', bodies: ['Accepted'] },
    },
    errors: ['RELATION', ...QUERY_ERRORS],
  },
  emptyQuery: {
    method: 'get',
    path: '/datasets/{name}/empty-query',
    summary: 'Count a dataset’s groups and rows',
    flags: { stream: STREAM, fresh: FRESH },
    body: null,
    answers: ok('The answer.', 'QueryResponse'),
    errors: RUN_ERRORS,
  },
  job: {
    method: 'get',
    path: '/jobs/{requestId}',
    summary: 'The answer of an asynchronous query, with the status it would have had, or its progress; prebaked-NAME is the latest answer of a query that the deployment runs on a schedule',
    flags: {},
    body: null,
    answers: {
      ...ok('The answer.', 'QueryResponse'),
      202: { description: 'The query still runs.', bodies: ['RunningJob'] },
    },
    errors: QUERY_ERRORS,
  },
  health: {
    method: 'get',
    path: '/health',
    summary: 'Whether the server is up',
    flags: {},
    body: null,
    answers: ok('It is.', 'Health'),
    errors: [],
  },
  metrics: {
    method: 'get',
    path: '/metrics',
    summary: 'Counts for Prometheus',
    flags: {},
    body: null,
    answers: ok('Prometheus’ text format.', 'PrometheusText'),
    errors: [],
  },
  openApi: {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    flags: {},
    body: null,
    answers: ok('OpenAPI 3.1.', 'OpenApi'),
    errors: [],
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

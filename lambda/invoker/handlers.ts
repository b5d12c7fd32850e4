import { SchemaError } from '../query/errors';
import { parseJson } from '../query/json';
import { publishedQuerySchema } from '../query/query-schema';
import type { AsyncJobs } from './async-jobs';
import type { ErrorReporter } from './error-reporter';
import { jsonTextOf } from './json-text';
import type { JsonText } from './json-text';
import type { Metrics } from './metrics';
import { openApiDocument } from './openapi';
import { streamRun } from './progress-stream';
import { parseRegisterRequest } from './register-request';
import type { RouteName } from './routes';
import type { FrocketService, QueryOptions } from './service';

/** A service that answers queries in JSON text, which is what HTTP needs and stores hold. */
export interface ServedService extends FrocketService {
  /** @returns a `QueryResponse` */
  answer(name: string, query: string, options?: QueryOptions): Promise<JsonText>;
}

export interface HandlerOptions {
  readonly service: ServedService;
  readonly asyncJobs: AsyncJobs;
  readonly metrics: Metrics;
  readonly errors: ErrorReporter;
}

/** A request, apart from HTTP's ways to write it. */
export interface RouteCall {
  readonly requestId: string;
  /** The path's dataset name, decoded; empty where the route has none. */
  readonly name: string;
  /** The path's job; empty where the route has none. */
  readonly jobId: string;
  /** Boolean query parameters that are true. */
  readonly flags: ReadonlySet<string>;
  readonly readBody: () => Promise<string>;
  /** Makes a signal that is aborted when the client goes away before it has its answer. */
  readonly clientGone: () => AbortSignal;
  /** Aborted when the server has waited long enough for its jobs. */
  readonly shutdown: AbortSignal;
}

export type Handler = (call: RouteCall) => Promise<Response>;

/** What each route does. Errors are thrown. */
export function routeHandlers({ service, asyncJobs, metrics, errors }: HandlerOptions): Record<RouteName, Handler> {
  /** Runs a job while its client waits, with its progress streamed if the client asked for that. */
  const runWaited = async (call: RouteCall, run: (options: QueryOptions) => Promise<unknown>): Promise<Response> => {
    const { requestId, flags, shutdown } = call;
    const fresh = flags.has('fresh');
    if (!flags.has('stream')) {
      // Signals are made only where a job runs: stored answers come in thousands a second.
      return json(200, await run({ requestId, fresh, get signal() { return AbortSignal.any([call.clientGone(), shutdown]); } }));
    }
    return streamRun(
      (onProgress, cancelled) => run({ requestId, fresh, onProgress, signal: AbortSignal.any([call.clientGone(), shutdown, cancelled]) }),
      (error) => errors.report(error, requestId).body,
    );
  };

  return {
    register: async (call) => {
      const request = parseRegisterRequest(parseJson(await call.readBody()));
      return runWaited(call, (options) => service.register(request, options));
    },
    list: async () => json(200, await service.list()),
    schema: async ({ name, flags }) => json(200, flags.has('full') ? await service.fullSchema(name) : await service.schema(name)),
    parts: async ({ name }) => json(200, await service.parts(name)),
    datasetQuerySchema: async ({ name }) => json(200, await service.querySchema(name)),
    querySchema: () => Promise.resolve(json(200, publishedQuerySchema())),
    unregister: async ({ name, flags }) => json(200, await service.unregister(name, { force: flags.has('force') })),
    query: async (call) => {
      const { name, flags, requestId, shutdown } = call;
      const query = await call.readBody();
      if (!flags.has('async')) {
        return runWaited(call, (options) => service.answer(name, query, options));
      }
      if (flags.has('stream')) {
        throw new SchemaError("The query parameters 'async' and 'stream' exclude each other.");
      }
      await asyncJobs.start(requestId, name, (onProgress) => service.answer(name, query, { requestId, onProgress, signal: shutdown, fresh: flags.has('fresh') }));
      return json(202, { success: true, requestId });
    },
    emptyQuery: (call) => runWaited(call, (options) => service.answer(call.name, '{}', options)),
    job: async ({ jobId }) => {
      const { status, body } = await asyncJobs.reply(jobId);
      return jsonText(status, body);
    },
    health: () => Promise.resolve(json(200, { success: true, status: 'OK' })),
    metrics: async () => {
      const { contentType, body } = await metrics.text();
      return new Response(body, { headers: { 'content-type': contentType } });
    },
    openApi: () => Promise.resolve(json(200, openApiDocument())),
  };
}

/** @param body may hold bigints and Maps, or be text already */
export function json(status: number, body: unknown): Response {
  return jsonText(status, jsonTextOf(body));
}

function jsonText(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}

import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Logger } from 'pino';
import type { AsyncJobs } from './async-jobs';
import type { ErrorReporter } from './error-reporter';
import { NotFoundError } from './errors';
import { json, routeHandlers } from './handlers';
import type { ServedService, RouteCall } from './handlers';
import { ClientGoneError, RefusedRequestError } from './http-errors';
import { readLimitedText } from './limited-body';
import type { Metrics } from './metrics';
import { readFlags } from './request-flags';
import { routes } from './routes';
import type { Route, RouteName } from './routes';
import type { Settings } from './settings';

export interface AppOptions {
  readonly service: ServedService;
  readonly asyncJobs: AsyncJobs;
  readonly settings: Pick<Settings, 'maxBodySize'>;
  readonly metrics: Metrics;
  readonly errors: ErrorReporter;
  readonly logger: Logger;
  /** Aborted when the server has waited long enough for its jobs. */
  readonly shutdown: AbortSignal;
  /** Looks at each request first, and throws where it is not to be served; default: all are. */
  readonly guard?: (request: Request) => void;
}

interface Environment {
  Variables: { requestId: string };
}

/** The HTTP routes over a service, as a function from requests to responses. */
export function createApp(options: AppOptions): Hono<Environment> {
  const app = new Hono<Environment>();
  const { metrics, logger } = options;

  app.use(async (context, next) => {
    context.set('requestId', randomUUID());
    const startedAt = performance.now();
    await next();
    const { requestId } = context.var;
    context.header('x-request-id', requestId);
    const route = matchedRoute(context);
    const request = { method: context.req.method, route, status: context.res.status, duration: (performance.now() - startedAt) / 1000 };
    metrics.requestEnded(request);
    logger.info({ requestId, ...request }, 'Request');
  });
  app.use((context, next) => {
    options.guard?.(context.req.raw);
    return next();
  });

  const handlers = routeHandlers(options);
  for (const name of Object.keys(routes) as RouteName[]) {
    const route: Route = routes[name];
    app.on(route.method, routePattern(route), (context) => handlers[name](routeCall(context, route, options)));
  }
  for (const [pattern, methods] of methodsByPattern()) {
    app.all(pattern, (context) => {
      const error = new RefusedRequestError(`${context.req.method} is not possible here; use ${methods.join(' or ')}.`, 405);
      const response = respondError(options, error, context);
      response.headers.set('allow', methods.join(', '));
      return response;
    });
  }
  app.notFound((context) => respondError(options, new NotFoundError(`There is no ${context.req.path}; /openapi.json lists what there is.`), context));
  app.onError((error, context) => respondError(options, error, context));
  return app;
}

function respondError({ errors }: AppOptions, error: unknown, context: Context<Environment>): Response {
  const { status, body, retryAfter } = errors.report(error, context.var.requestId);
  const response = json(status, body);
  if (retryAfter !== undefined) {
    response.headers.set('retry-after', String(retryAfter));
  }
  return response;
}

/** OpenAPI's `{name}` is Hono's `:name`. */
function routePattern({ path }: Route): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function methodsByPattern(): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const route of Object.values<Route>(routes)) {
    const pattern = routePattern(route);
    methods.set(pattern, [...(methods.get(pattern) ?? []), route.method.toUpperCase()]);
  }
  return methods;
}

/** The pattern of the request's route, so that metrics do not grow with every dataset and mistyped path. */
function matchedRoute(context: Context<Environment>): string {
  return matchedRoutes(context).findLast(({ path }) => path !== '/*')?.path ?? 'none';
}

function routeCall(context: Context<Environment>, route: Route, { shutdown, settings }: AppOptions): RouteCall {
  const { raw } = context.req;
  return {
    requestId: context.var.requestId,
    name: context.req.param('name') ?? '',
    jobId: context.req.param('requestId') ?? '',
    flags: readFlags(raw.url, Object.keys(route.flags)),
    readBody: () => readLimitedText(raw, settings.maxBodySize),
    clientGone: () => clientGone(raw),
    shutdown,
  };
}

function clientGone({ signal }: Request): AbortSignal {
  const gone = new AbortController();
  const abort = () => gone.abort(new ClientGoneError());
  if (signal.aborted) {
    abort();
  }
  signal.addEventListener('abort', abort, { once: true });
  return gone.signal;
}

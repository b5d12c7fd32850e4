import * as z from 'zod';
import type { ErrorKind } from '../query/errors';
import { publishedQuerySchema } from '../query/query-schema';
import { STATUS_OF_KIND } from './http-errors';
import { namedSchemas } from './response-schemas';
import { routes } from './routes';
import type { BodySchema, Route, RouteAnswer } from './routes';

type JsonObject = Record<string, unknown>;

/** The OpenAPI 3.1 document of all routes. */
export function openApiDocument(): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const [operationId, route] of Object.entries<Route>(routes)) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(operationId, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Funnel Rocket',
      version: '1.0.0',
      description: 'Funnels and behaviour queries over Parquet event data. Integers beyond 2^53 are written out in full.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: { schemas: componentSchemas() },
  };
}

function operation(operationId: string, route: Route): JsonObject {
  return {
    operationId,
    summary: route.summary,
    parameters: [...pathParameters(route.path), ...flagParameters(route.flags)],
    ...(route.body !== null && { requestBody: { required: true, content: jsonContent([route.body]) } }),
    responses: { ...successes(route), ...failures(['SCHEMA', ...route.errors, 'INTERNAL'], route) },
  };
}

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function flagParameters(flags: Route['flags']): JsonObject[] {
  return Object.entries(flags).map(([name, description]) => ({ name, in: 'query', description, schema: { type: 'boolean', default: false } }));
}

function successes(route: Route): JsonObject {
  const streamed = 'stream' in route.flags ? { 'application/x-ndjson': { schema: { anyOf: [reference('Progress'), reference('Error'), ...route.answers[200].bodies.map(reference)] } } } : {};
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, { description, bodies }]) => [
      status,
      { description, content: { ...content(bodies), ...(status === '200' && streamed) } },
    ]),
  );
}

/** Bodies may be too large wherever a route takes one, results wherever it makes one; jobs too many where a route runs one. */
function failures(kinds: readonly ErrorKind[], route: Route): JsonObject {
  const kindsByStatus = new Map<number, ErrorKind[]>();
  for (const kind of kinds) {
    for (const status of STATUS_OF_KIND[kind]) {
      if (status === 413 && route.body === null) continue;
      if ((status === 429 || (status === 503 && kind !== 'INTERNAL')) && !('stream' in route.flags)) continue;
      kindsByStatus.set(status, [...(kindsByStatus.get(status) ?? []), kind]);
    }
  }
  kindsByStatus.set(403, ['SCHEMA']);
  return Object.fromEntries([...kindsByStatus].map(([status, ofStatus]) => [status, { description: ofStatus.join(', '), content: jsonContent(['Error']) }]));
}

function content(bodies: RouteAnswer['bodies']): JsonObject {
  return bodies.includes('PrometheusText') ? { 'text/plain': { schema: { type: 'string' } } } : jsonContent(bodies);
}

function jsonContent(bodies: readonly BodySchema[]): JsonObject {
  const schemas = bodies.map(reference);
  return { 'application/json': { schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas } } };
}

function reference(body: BodySchema): JsonObject {
  return body === 'JsonSchema' || body === 'OpenApi' ? { type: 'object' } : { $ref: `#/components/schemas/${body}` };
}

function componentSchemas(): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(namedSchemas)) {
    registry.add(schema, { id });
  }
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, unrepresentable: 'any' });
  return { ...schemas, ...querySchemas() };
}

/** The published schema's definitions become components, and the references to them point there. */
function querySchemas(): JsonObject {
  const text = JSON.stringify(publishedQuerySchema()).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/Query.');
  const { $defs = {}, ...query } = JSON.parse(text) as JsonObject & { $defs?: JsonObject };
  return { Query: query, ...Object.fromEntries(Object.entries($defs).map(([name, definition]) => [`Query.${name}`, definition])) };
}

import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import type { JsonSchema } from 'aws-cdk-lib/aws-apigateway';

/** A route of the invoker as API Gateway knows it. `test/lib` compares them with the invoker's own. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Bodies are refused at the door where they cannot be right; the invoker says exactly what is wrong with the others. */
  readonly body?: 'Registration' | 'Query';
}

/** Everything but `/metrics`, which is for servers that live long: functions send theirs to CloudWatch. */
export const apiRoutes: readonly ApiRoute[] = [
  { method: 'POST', path: '/datasets/register', body: 'Registration' },
  { method: 'GET', path: '/datasets' },
  { method: 'GET', path: '/datasets/{name}/schema' },
  { method: 'GET', path: '/datasets/{name}/parts' },
  { method: 'GET', path: '/datasets/{name}/query-schema' },
  { method: 'GET', path: '/query-schema' },
  { method: 'POST', path: '/datasets/{name}/unregister' },
  { method: 'POST', path: '/datasets/{name}/query', body: 'Query' },
  { method: 'GET', path: '/datasets/{name}/empty-query' },
  { method: 'GET', path: '/jobs/{requestId}' },
  { method: 'GET', path: '/health' },
  { method: 'GET', path: '/openapi.json' },
];

const text = (maxLength: number): JsonSchema => ({ type: JsonSchemaType.STRING, minLength: 1, maxLength });

export const bodySchemas: Readonly<Record<NonNullable<ApiRoute['body']>, JsonSchema>> = {
  Registration: {
    title: 'Registration of a dataset',
    type: JsonSchemaType.OBJECT,
    required: ['name', 'basepath', 'groupIdColumn', 'timestampColumn'],
    properties: { name: text(1024), basepath: text(2048), groupIdColumn: text(1024), timestampColumn: text(1024) },
  },
  Query: { title: 'Query', type: JsonSchemaType.OBJECT },
};

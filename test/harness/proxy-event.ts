import { randomUUID } from 'node:crypto';
import type { ApiMethod } from './api-routes';
import { account, region } from './intrinsics';

export interface ApiRequest {
  /** Without the stage, percent-encoded as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names and values as sent. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly stage: string;
  readonly callerArn: string | null;
  readonly accessKeyId: string | null;
}

/**
 * What a function gets for a request to a REST API:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 *
 * Values of the query are decoded, path and path parameters are not.
 */
export function proxyEvent(request: ApiRequest, method: ApiMethod, pathParameters: Readonly<Record<string, string>>, requestId: string): object {
  const queryNames = [...new Set(request.query.keys())];
  const headerNames = [...new Set(request.headers.map(([name]) => name))];
  const headerValues = (name: string) => request.headers.filter(([other]) => other === name).map(([, value]) => value);
  const now = new Date();
  return {
    resource: method.resourcePath,
    path: request.path,
    httpMethod: method.httpMethod,
    headers: Object.fromEntries(headerNames.map((name) => [name, headerValues(name).at(-1)])),
    multiValueHeaders: Object.fromEntries(headerNames.map((name) => [name, headerValues(name)])),
    queryStringParameters: queryNames.length === 0 ? null : Object.fromEntries(queryNames.map((name) => [name, request.query.getAll(name).at(-1)])),
    multiValueQueryStringParameters: queryNames.length === 0 ? null : Object.fromEntries(queryNames.map((name) => [name, request.query.getAll(name)])),
    pathParameters: Object.keys(pathParameters).length === 0 ? null : pathParameters,
    stageVariables: null,
    requestContext: {
      accountId: account,
      apiId: 'a1b2c3d4e5',
      domainName: `a1b2c3d4e5.execute-api.${region}.amazonaws.com`,
      domainPrefix: 'a1b2c3d4e5',
      extendedRequestId: randomUUID(),
      httpMethod: method.httpMethod,
      identity: {
        accessKey: request.accessKeyId,
        accountId: request.callerArn === null ? null : account,
        apiKey: null,
        caller: request.callerArn === null ? null : `AROAEXAMPLE:${request.callerArn.split('/').at(-1)}`,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: '203.0.113.7',
        user: request.callerArn === null ? null : 'AROAEXAMPLE',
        userAgent: headerValues('user-agent').at(-1) ?? null,
        userArn: request.callerArn,
      },
      path: `/${request.stage}${request.path}`,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: now.toUTCString(),
      requestTimeEpoch: now.getTime(),
      resourceId: method.resourceId,
      resourcePath: method.resourcePath,
      stage: request.stage,
    },
    body: request.body.length === 0 ? null : request.body.toString(),
    isBase64Encoded: false,
  };
}

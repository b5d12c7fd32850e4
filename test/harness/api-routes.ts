import Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';
import type { CloudAssembly, Place } from './cloud-assembly';
import type { Intrinsics } from './intrinsics';

/** A method of a REST API as its template states it. */
export interface ApiMethod {
  readonly httpMethod: string;
  /** As `/datasets/{name}`. */
  readonly resourcePath: string;
  readonly resourceId: string;
  readonly authorization: string;
  readonly apiKeyRequired: boolean;
  readonly functionArn: string;
  readonly isStreaming: boolean;
  readonly timeoutMilliseconds: number;
  /** Of JSON bodies; null for any. */
  readonly validateBody: ValidateFunction | null;
}

interface MethodProperties {
  readonly HttpMethod: string;
  readonly ResourceId: string;
  readonly AuthorizationType: string;
  readonly ApiKeyRequired?: boolean;
  readonly RequestModels?: Readonly<Record<string, string>>;
  readonly RequestValidatorId?: string;
  readonly Integration: {
    readonly Type: string;
    readonly Uri: string;
    readonly ResponseTransferMode?: 'BUFFERED' | 'STREAM';
    readonly TimeoutInMillis?: number;
  };
}

/** Milliseconds that an integration may take unless the template says otherwise. */
const defaultTimeout = 29_000;

/** The methods of the REST API of an app. @throws Error where an integration is none that this API Gateway could call */
export function apiMethods(assembly: CloudAssembly, intrinsics: Intrinsics): ApiMethod[] {
  const byName = <Properties>(type: string) =>
    new Map(assembly.resourcesOf(type).map(({ stack, logicalId, resource }) => [intrinsics.physicalName({ stack, logicalId }, null), intrinsics.resolve(stack, resource.Properties) as Properties]));
  const resources = byName<{ readonly PathPart: string; readonly ParentId: string }>('AWS::ApiGateway::Resource');
  const models = byName<{ readonly Name: string; readonly Schema: object }>('AWS::ApiGateway::Model');
  const validators = byName<{ readonly ValidateRequestBody?: boolean }>('AWS::ApiGateway::RequestValidator');
  const pathOf = (id: string): string => {
    const resource = resources.get(id);
    return resource === undefined ? '' : `${pathOf(resource.ParentId)}/${resource.PathPart}`;
  };
  return assembly.resourcesOf('AWS::ApiGateway::Method').map(({ stack, logicalId, resource }) => {
    const method = intrinsics.resolve(stack, resource.Properties) as MethodProperties;
    const { Integration: integration } = method;
    const model = models.get(method.RequestModels?.['application/json'] ?? '');
    const validatesBody = validators.get(method.RequestValidatorId ?? '')?.ValidateRequestBody === true;
    return {
      httpMethod: method.HttpMethod,
      resourcePath: pathOf(method.ResourceId),
      resourceId: method.ResourceId,
      authorization: method.AuthorizationType,
      apiKeyRequired: method.ApiKeyRequired === true,
      ...integrationOf({ stack, logicalId }, integration),
      timeoutMilliseconds: integration.TimeoutInMillis ?? defaultTimeout,
      validateBody: model !== undefined && validatesBody ? validatorOf(model.Schema) : null,
    };
  });
}

/** The method that answers a request, with the values of its path as they were sent. */
export function findMethod(methods: readonly ApiMethod[], httpMethod: string, path: string): { readonly method: ApiMethod; readonly parameters: Readonly<Record<string, string>> } | null {
  const segments = path.split('/');
  const fitting = methods
    .filter((method) => method.httpMethod === httpMethod || method.httpMethod === 'ANY')
    .filter(({ resourcePath }) => {
      const parts = resourcePath.split('/');
      return parts.length === segments.length && parts.every((part, index) => part === segments[index] || (isParameter(part) && segments[index] !== ''));
    })
    // Fixed segments win over parameters.
    .sort((first, second) => parametersIn(first) - parametersIn(second));
  if (fitting.length === 0) {
    return null;
  }
  const parts = fitting[0].resourcePath.split('/');
  const parameters = parts.flatMap((part, index) => (isParameter(part) ? [[part.slice(1, -1), segments[index]] as const] : []));
  return { method: fitting[0], parameters: Object.fromEntries(parameters) };
}

function integrationOf({ stack, logicalId }: Place, { Type, Uri, ResponseTransferMode = 'BUFFERED' }: MethodProperties['Integration']) {
  const [, version, functionArn, action] = /:lambda:path\/([\d-]+)\/functions\/(arn:[^/]+)\/(invocations|response-streaming-invocations)$/.exec(Uri) ?? [];
  const isStreaming = ResponseTransferMode === 'STREAM';
  const wanted = isStreaming ? ['2021-11-15', 'response-streaming-invocations'] : ['2015-03-31', 'invocations'];
  if (Type !== 'AWS_PROXY' || functionArn === undefined || version !== wanted[0] || action !== wanted[1]) {
    throw new Error(`The method ${logicalId} of the stack '${stack}' cannot be integrated: ${Type}, ${ResponseTransferMode}, ${Uri}.`);
  }
  return { functionArn, isStreaming };
}

function validatorOf(schema: object): ValidateFunction {
  // API Gateway speaks draft 4, which differs in nothing that models here use.
  return new Ajv({ strict: false }).compile(Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema')));
}

function isParameter(part: string): boolean {
  return part.startsWith('{');
}

function parametersIn({ resourcePath }: ApiMethod): number {
  return resourcePath.split('/').filter(isParameter).length;
}

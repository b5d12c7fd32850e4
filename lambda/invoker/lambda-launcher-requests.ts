import { text } from 'node:stream/consumers';
import { InvocationType, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { HttpRequest, HttpResponse } from '@smithy/core/transport';

/**
 * Connections to Lambda's API, and so requests under way at once. Each takes a TLS handshake once, some 1.5 ms of processor
 * time; fewer would wait for round trips. Figures: docs/performance.md, "Fan-out".
 */
export const CONNECTIONS = 128;

/** Milliseconds until a connection must stand, and until a request must be answered: what hangs is sent again. */
const CONNECTION_TIMEOUT = 2_000;
const REQUEST_TIMEOUT = 5_000;

const ACCEPTED = 202;
const THROTTLED = 429;
const SERVER_ERROR = 500;

/** Characters kept of what Lambda's API says of a refusal. */
const REFUSAL_LENGTH = 500;

/** Lambda's API refused an invocation, or could not be reached. */
export class InvocationRefusedError extends Error {
  override readonly name = 'InvocationRefusedError';

  constructor(
    message: string,
    /** Whether the same invocation may be accepted a moment later. */
    readonly mayPass: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Invokes a function asynchronously with an event; each call is one invocation. Rejects with InvocationRefusedError. */
export type Invoke = (signal: AbortSignal) => Promise<void>;

/** A client with as many connections as are used at once, which are kept for the next job. */
export function createLambdaClient(config: LambdaClientConfig = {}): LambdaClient {
  const httpsAgent = { maxSockets: CONNECTIONS, keepAlive: true };
  return new LambdaClient({
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, throwOnRequestTimeout: true, httpsAgent },
    ...config,
  });
}

/**
 * Makes the request that invokes a function asynchronously, has the SDK sign it, and sends it as often as it is called: most of
 * the SDK's time for an invocation goes into making and signing the request anew. A signature names what is sent and when,
 * and nothing that makes it good for once only; AWS accepts it for five minutes. So use it soon, and sign for each try anew.
 *
 * @param functionName name or ARN
 */
export async function signInvocation(client: LambdaClient, functionName: string, event: object): Promise<Invoke> {
  const command = new InvokeCommand({ FunctionName: functionName, InvocationType: InvocationType.Event, Payload: Buffer.from(JSON.stringify(event)) });
  let signed: HttpRequest | null = null;
  const keep = () => (args: object) => {
    signed = requestOf(args);
    return Promise.resolve({ output: { $metadata: {} }, response: undefined });
  };
  command.middlewareStack.addRelativeTo(withoutInvocationId, { name: 'withoutInvocationId', relation: 'before', toMiddleware: 'httpSigningMiddleware' });
  command.middlewareStack.add(keep, { name: 'keepSignedRequest', step: 'finalizeRequest', priority: 'low' });
  await client.send(command);
  return (signal) => send(client, signed, signal);
}

/** These headers tell one invocation's tries from another's, which requests that are all alike cannot. */
function withoutInvocationId<Arguments extends object, Result>(next: (args: Arguments) => Promise<Result>): typeof next {
  return (args) => {
    const { headers } = requestOf(args);
    delete headers['amz-sdk-invocation-id'];
    delete headers['amz-sdk-request'];
    return next(args);
  };
}

function requestOf(args: object): HttpRequest {
  if (!('request' in args)) {
    throw new Error('The SDK signs something that is no request.');
  }
  return args.request as HttpRequest;
}

async function send(client: LambdaClient, request: HttpRequest | null, abortSignal: AbortSignal): Promise<void> {
  if (request === null) {
    throw new Error('The SDK has signed no request.');
  }
  let status: number;
  let answer: string;
  try {
    const { response } = (await client.config.requestHandler.handle(request, { abortSignal })) as { response: HttpResponse };
    status = response.statusCode;
    // Read to its end, though it is empty where all is well: the connection is free only then.
    answer = await text(response.body as NodeJS.ReadableStream);
  } catch (error) {
    throw new InvocationRefusedError(`Lambda's API could not be reached: ${String(error)}`, true, { cause: error });
  }
  if (status !== ACCEPTED) {
    throw new InvocationRefusedError(`Lambda's API answered with ${status}: ${answer.slice(0, REFUSAL_LENGTH)}`, status === THROTTLED || status >= SERVER_ERROR);
  }
}

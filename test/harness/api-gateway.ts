import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findMethod } from './api-routes';
import type { ApiMethod } from './api-routes';
import { account, region } from './intrinsics';
import type { LambdaService } from './lambda-service';
import { proxyEvent } from './proxy-event';
import type { ApiRequest } from './proxy-event';
import { readBuffered, readStreamHead } from './proxy-response';
import type { ResponseHead } from './proxy-response';
import { checkSignedRequest, hashOf, SignatureError } from './signature-v4';
import type { Credentials } from './signature-v4';

/** Bytes that a request's body may have. */
const largestBody = 10 * 1024 * 1024;

export interface Caller {
  readonly credentials: Credentials;
  /** Role or user that calls, as the function is told. */
  readonly arn: string;
}

export interface ApiGatewayOptions {
  readonly methods: readonly ApiMethod[];
  readonly lambda: LambdaService;
  readonly stage: string;
  readonly caller: Caller;
  /** Values of the API keys that are let in. */
  readonly apiKeys: readonly string[];
}

/** An answer of API Gateway's own. */
class GatewayError extends Error {
  override readonly name = 'GatewayError';

  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A REST API before a function: knows the template's methods only, checks signatures, keys and bodies as the template
 * says, and passes answers on, whole or as they arrive. Stands for what of API Gateway the app relies on.
 */
export class ApiGateway {
  readonly #server: Server;

  private constructor(private readonly options: ApiGatewayOptions) {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => refuse(response, error));
    });
  }

  static async start(options: ApiGatewayOptions): Promise<ApiGateway> {
    const gateway = new ApiGateway(options);
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  /** With the stage, as the stack's output has it, and no slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${this.options.stage}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { stage, lambda, methods } = this.options;
    const body = await read(incoming);
    const url = new URL(incoming.url ?? '/', 'http://gateway');
    const path = url.pathname.startsWith(`/${stage}/`) ? url.pathname.slice(stage.length + 1) : null;
    const found = path === null ? null : findMethod(methods, incoming.method ?? 'GET', path);
    if (path === null || found === null) {
      throw new GatewayError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    const isSigned = this.#authorize(incoming, url, body, found.method);
    if (body.length > largestBody) {
      throw new GatewayError(413, 'RequestTooLargeException', 'Request Too Long');
    }
    validate(body, incoming.headers['content-type'], found.method);
    const { caller } = this.options;
    const request: ApiRequest = {
      path,
      query: url.searchParams,
      headers: pairs(incoming.rawHeaders),
      body,
      stage,
      callerArn: isSigned ? caller.arn : null,
      accessKeyId: isSigned ? caller.credentials.accessKeyId : null,
    };
    const requestId = randomUUID();
    response.setHeader('x-amzn-RequestId', requestId);
    const event = Buffer.from(JSON.stringify(proxyEvent(request, found.method, found.parameters, requestId)));
    await (found.method.isStreaming ? stream : buffer)(lambda, found.method, event, response);
  }

  /** Whether the request was signed. @throws GatewayError where it may not pass */
  #authorize({ method = 'GET', headers }: IncomingMessage, url: URL, body: Buffer, { authorization, apiKeyRequired }: ApiMethod): boolean {
    if (apiKeyRequired && !this.options.apiKeys.includes(String(headers['x-api-key']))) {
      throw new GatewayError(403, 'ForbiddenException', 'Forbidden');
    }
    if (authorization === 'NONE') {
      return false;
    }
    if (authorization !== 'AWS_IAM') {
      throw new Error(`The harness does not know the authorization ${authorization}.`);
    }
    if (headers.authorization === undefined) {
      throw new GatewayError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    try {
      const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]));
      const request = { method, path: url.pathname, query: url.searchParams, headers: given, payloadHash: hashOf(body) };
      checkSignedRequest(request, this.options.caller.credentials, { region, service: 'execute-api' });
    } catch (error) {
      if (!(error instanceof SignatureError)) {
        throw error;
      }
      throw new GatewayError(403, 'InvalidSignatureException', `The request signature we calculated does not match the signature you provided. ${error.message}`);
    }
    return true;
  }
}

/** A caller of the tests: a role of the account. */
export function testCaller(): Caller {
  return {
    credentials: { accessKeyId: 'ASIAEMUCALLER0000000', secretAccessKey: randomUUID(), sessionToken: `EMU${randomUUID()}` },
    arn: `arn:aws:sts::${account}:assumed-role/analyst/tests`,
  };
}

async function buffer(lambda: LambdaService, { functionArn, timeoutMilliseconds }: ApiMethod, event: Buffer, response: ServerResponse): Promise<void> {
  const timer = setTimeout(() => refuse(response, new GatewayError(504, 'InternalServerErrorException', 'Endpoint request timed out')), timeoutMilliseconds);
  try {
    const outcome = await lambda.invoke(functionArn, event);
    if (!response.headersSent) {
      if (outcome.error !== null) {
        throw new GatewayError(502, 'InternalServerErrorException', 'Internal server error');
      }
      const { head, body } = readBuffered(outcome.body);
      begin(response, head);
      response.end(body);
    }
  } finally {
    clearTimeout(timer);
  }
}

async function stream(lambda: LambdaService, { functionArn, timeoutMilliseconds }: ApiMethod, event: Buffer, response: ServerResponse): Promise<void> {
  const timer = setTimeout(() => refuse(response, new GatewayError(504, 'InternalServerErrorException', 'Endpoint request timed out')), timeoutMilliseconds);
  let received = Buffer.alloc(0);
  let failure: Error | null = null;
  const pass = (chunk: Buffer) => {
    if (response.headersSent) {
      response.write(chunk);
      return;
    }
    received = Buffer.concat([received, chunk]);
    const start = readStreamHead(received);
    if (start !== null) {
      begin(response, start.head);
      response.flushHeaders();
      response.write(start.rest);
    }
  };
  try {
    await lambda.invoke(functionArn, event, {
      started: () => {},
      data: (chunk) => {
        try {
          pass(chunk);
        } catch (problem) {
          failure ??= problem instanceof Error ? problem : new Error(String(problem));
        }
      },
      // Clients have the whole answer before the function has done what it does afterwards.
      ended: (error) => {
        if (error === null && response.headersSent) {
          response.end();
        }
      },
    });
    if (failure !== null || !response.headersSent) {
      throw failure ?? new GatewayError(502, 'InternalServerErrorException', 'Internal server error');
    }
    if (!response.writableEnded) {
      // Whoever reads learns that the answer is incomplete by its missing end.
      response.destroy();
    }
  } finally {
    clearTimeout(timer);
  }
}

function validate(body: Buffer, contentType = 'application/json', { validateBody }: ApiMethod): void {
  // Other types have no model, and pass.
  if (validateBody === null || !/^application\/json\b/i.test(contentType)) {
    return;
  }
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw new GatewayError(400, 'BadRequestException', 'Invalid request body');
  }
  if (!validateBody(value)) {
    throw new GatewayError(400, 'BadRequestException', 'Invalid request body');
  }
}

function begin(response: ServerResponse, { statusCode, headers }: ResponseHead): void {
  response.writeHead(statusCode, Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]])));
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, type, message } = error instanceof GatewayError ? error : new GatewayError(502, 'InternalServerErrorException', 'Internal server error');
  if (!(error instanceof GatewayError)) {
    process.stderr.write(`API Gateway (harness): ${String(error)}\n`);
  }
  response.writeHead(status, { 'Content-Type': 'application/json', 'x-amzn-ErrorType': type });
  response.end(JSON.stringify({ message }));
}

function pairs(rawHeaders: readonly string[]): (readonly [string, string])[] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1]] as const] : []));
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

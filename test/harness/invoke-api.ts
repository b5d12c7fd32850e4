import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { InvokeError } from './lambda-service';
import type { LambdaService } from './lambda-service';
import { checkSignedRequest, hashOf, SignatureError } from './signature-v4';
import type { Credentials } from './signature-v4';

/** Judges whether a caller may do an action to a resource. @throws InvokeError where it may not */
export type Authorize = (action: string, resource: string) => void;

/** What may happen to an asynchronous invocation: refused, for too many or for no reason; taken and forgotten; run twice. */
export type Fault = 'throttled' | 'broken' | 'lost' | 'duplicated';

export interface InvokeApiOptions {
  /** @default everybody may do everything */
  readonly authorize?: Authorize;
  /** Whose signature each request must have. @default none is looked at */
  readonly signedBy?: { readonly credentials: Credentials; readonly region: string };
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
);

/**
 * Lambda's Invoke API, for `@aws-sdk/client-lambda`: `Invoke` with its three invocation types, and `InvokeWithResponseStream`.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export class InvokeApi {
  readonly #server: Server;
  /** Of the next asynchronous invocations, one each. */
  readonly faults: Fault[] = [];

  private constructor(
    private readonly lambda: Pick<LambdaService, 'definition' | 'invoke' | 'invokeLater'>,
    private readonly options: InvokeApiOptions,
  ) {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => refuse(response, error));
    });
  }

  static async start(lambda: Pick<LambdaService, 'definition' | 'invoke' | 'invokeLater'>, options: InvokeApiOptions = {}): Promise<InvokeApi> {
    const api = new InvokeApi(lambda, options);
    await api.listen(0);
    return api;
  }

  /** Accepts requests again after it was closed. */
  listen(port: number): Promise<void> {
    return new Promise((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const payload = body.length === 0 ? Buffer.from('{}') : body;
    const [, version, encodedName, action] = /^\/(2015-03-31|2021-11-15)\/functions\/([^/]+)\/(invocations|response-streaming-invocations)/.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || encodedName === undefined) {
      throw new InvokeError(404, 'ResourceNotFoundException', `The harness has no ${request.method} ${request.url}.`);
    }
    const { name, arn } = this.lambda.definition(decodeURIComponent(encodedName));
    this.#checkSignature(request, body);
    this.options.authorize?.('lambda:InvokeFunction', arn);
    if (version === '2021-11-15' && action === 'response-streaming-invocations') {
      await this.#stream(name, payload, response);
      return;
    }
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type === 'DryRun') {
      response.writeHead(204).end();
    } else if (type === 'Event') {
      this.#invokeLater(name, payload);
      response.writeHead(202).end();
    } else {
      const { error, body: answer, log } = await this.lambda.invoke(name, payload);
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'X-Amz-Executed-Version': '$LATEST',
        ...(error === null ? {} : { 'X-Amz-Function-Error': 'Unhandled' }),
        ...(request.headers['x-amz-log-type'] === 'Tail' ? { 'X-Amz-Log-Result': Buffer.from(Buffer.from(log).subarray(-4096)).toString('base64') } : {}),
      });
      response.end(error === null ? answer : JSON.stringify(error));
    }
  }

  #checkSignature({ method = '', url = '', headers }: IncomingMessage, body: Buffer): void {
    const { signedBy } = this.options;
    if (signedBy === undefined) {
      return;
    }
    const { pathname, searchParams } = new URL(url, this.endpoint);
    const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    try {
      checkSignedRequest({ method, path: pathname, query: searchParams, headers: texts, payloadHash: hashOf(body) }, signedBy.credentials, { region: signedBy.region, service: 'lambda' });
    } catch (error) {
      throw error instanceof SignatureError ? new InvokeError(403, 'InvalidSignatureException', error.message) : error;
    }
  }

  #invokeLater(name: string, payload: Buffer): void {
    const fault = this.faults.shift();
    if (fault === 'throttled') {
      throw new InvokeError(429, 'TooManyRequestsException', 'Rate exceeded', 'CallerRateLimitExceeded');
    }
    if (fault === 'broken') {
      throw new InvokeError(500, 'ServiceException', 'The service encountered an internal error.');
    }
    for (let times = { lost: 0, duplicated: 2, none: 1 }[fault ?? 'none']; times > 0; times--) {
      this.lambda.invokeLater(name, payload);
    }
  }

  async #stream(name: string, payload: Buffer, response: ServerResponse): Promise<void> {
    const send = (eventType: string, contentType: string, body: Uint8Array) =>
      response.write(
        codec.encode({
          headers: {
            ':message-type': { type: 'string', value: 'event' },
            ':event-type': { type: 'string', value: eventType },
            ':content-type': { type: 'string', value: contentType },
          },
          body,
        }),
      );
    const begin = (contentType: string) =>
      response.writeHead(200, { 'Content-Type': 'application/vnd.amazon.eventstream', 'X-Amzn-Lambda-Response-Stream-Content-Type': contentType, 'X-Amz-Executed-Version': '$LATEST' });
    const { error } = await this.lambda.invoke(name, payload, {
      started: begin,
      data: (chunk) => send('PayloadChunk', 'application/octet-stream', chunk),
      ended: () => {},
    });
    if (!response.headersSent) {
      begin('application/json');
    }
    const end = error === null ? {} : { ErrorCode: error.errorType, ErrorDetails: JSON.stringify(error) };
    send('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(end)));
    response.end();
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, message, reason } = error instanceof InvokeError ? error : { status: 500, code: 'ServiceException', message: String(error), reason: undefined };
  response.writeHead(status, { 'Content-Type': 'application/json', 'X-Amzn-ErrorType': code });
  response.end(JSON.stringify({ Type: 'User', Message: message, message, ...(reason === undefined ? {} : { Reason: reason }) }));
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Bytes that a function's answer may have. */
export const largestResponse = 6 * 1024 * 1024;

/** What a runtime reports when something went wrong in a function. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** An event for the runtime. */
export interface RuntimeEvent {
  readonly requestId: string;
  readonly deadlineMilliseconds: number;
  readonly functionArn: string;
  readonly payload: Buffer;
}

/** What the runtime tells of itself. */
export interface RuntimeListener {
  /** It has nothing to do, and waits for an event. */
  waiting(): void;
  /** The function could not be loaded. */
  initFailed(error: FunctionError): void;
  responseStarted(contentType: string, isStreaming: boolean): void;
  responseData(chunk: Buffer): void;
  /** With an error where the function failed, also in the middle of a stream. */
  responseEnded(error: FunctionError | null): void;
}

/**
 * Lambda's interface to the runtime of one execution environment, as documented in
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  #waiting: ServerResponse | null = null;
  /** The event that awaits its answer. */
  #current: string | null = null;

  private constructor(private readonly listener: RuntimeListener) {
    this.#server = createServer((request, response) => void this.#handle(request, response));
    // A runtime waits for its next event for as long as it takes.
    this.#server.requestTimeout = 0;
  }

  static async start(listener: RuntimeListener): Promise<RuntimeApi> {
    const api = new RuntimeApi(listener);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  /** Host and port. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Hands an event to the runtime, which must be waiting. */
  give({ requestId, deadlineMilliseconds, functionArn, payload }: RuntimeEvent): void {
    const response = this.#waiting;
    if (response === null) {
      throw new Error('The runtime is not waiting for an event.');
    }
    this.#waiting = null;
    this.#current = requestId;
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(deadlineMilliseconds),
      'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      'Lambda-Runtime-Trace-Id': `Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0`,
    });
    response.end(payload);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, requestId, action] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(request.url ?? '') ?? [];
    try {
      if (request.method === 'GET' && request.url === '/2018-06-01/runtime/invocation/next') {
        this.#waiting = response;
        this.listener.waiting();
      } else if (request.method === 'POST' && request.url === '/2018-06-01/runtime/init/error') {
        this.listener.initFailed(JSON.parse((await read(request)).toString()) as FunctionError);
        answer(response, 202, { status: 'OK' });
      } else if (request.method === 'POST' && requestId !== undefined && requestId !== this.#current) {
        await read(request);
        answer(response, 400, { errorType: 'InvalidRequestID', errorMessage: `Invalid request ID: ${requestId}` });
      } else if (request.method === 'POST' && action === 'error') {
        this.#current = null;
        this.listener.responseEnded(JSON.parse((await read(request)).toString()) as FunctionError);
        answer(response, 202, { status: 'OK' });
      } else if (request.method === 'POST' && action === 'response') {
        this.#current = null;
        await this.#receive(request, response);
      } else {
        answer(response, 404, { errorType: 'NotFound', errorMessage: `${request.method} ${request.url}` });
      }
    } catch (error) {
      // The runtime ended in the middle of a request; its process's end tells the rest.
      response.destroy(error instanceof Error ? error : undefined);
    }
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isStreaming = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
    this.listener.responseStarted(request.headers['content-type'] ?? 'application/octet-stream', isStreaming);
    if (isStreaming) {
      for await (const chunk of request) {
        this.listener.responseData(chunk as Buffer);
      }
      this.listener.responseEnded(errorInTrailers(request));
      answer(response, 202, { status: 'OK' });
      return;
    }
    const body = await read(request);
    if (body.length > largestResponse) {
      this.listener.responseEnded({
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size (${body.length} bytes) exceeded maximum allowed payload size (${largestResponse} bytes).`,
      });
      answer(response, 413, { errorType: 'RequestEntityTooLarge', errorMessage: 'Response payload size exceeded maximum allowed payload size.' });
      return;
    }
    this.listener.responseData(body);
    this.listener.responseEnded(null);
    answer(response, 202, { status: 'OK' });
  }
}

function errorInTrailers({ trailers }: IncomingMessage): FunctionError | null {
  const type = trailers['lambda-runtime-function-error-type'];
  const body = trailers['lambda-runtime-function-error-body'];
  if (type === undefined) {
    return null;
  }
  return { errorMessage: '', ...(JSON.parse(Buffer.from(body ?? 'e30=', 'base64').toString()) as Partial<FunctionError>), errorType: type };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

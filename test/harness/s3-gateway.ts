import { createServer, request as send } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestContext } from './policies';

/** Judges a request by the caller's policies. */
export type Allows = (action: string, resource: string, context: RequestContext) => boolean;

export interface S3Request {
  readonly action: string;
  readonly bucket: string;
  /** Empty for requests to the bucket. */
  readonly key: string;
  readonly isAllowed: boolean;
}

/**
 * Stands before an S3 server for one caller: what its role may not do is refused, which the server itself, having one
 * user, cannot know. All else passes as it is, signatures included.
 */
export class S3Gateway {
  readonly requests: S3Request[] = [];
  #held: Promise<void> | null = null;
  /** So many of the next requests meet a connection that breaks. */
  failures = 0;
  readonly #server: Server;

  private constructor(
    private readonly target: string,
    private readonly allows: Allows,
  ) {
    this.#server = createServer((request, response) => void Promise.resolve(this.#held).then(() => this.#handle(request, response)));
  }

  static async start(target: string, allows: Allows): Promise<S3Gateway> {
    const gateway = new S3Gateway(target, allows);
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Keeps requests waiting until what it returns is called. */
  hold(): () => void {
    let release: () => void = () => {};
    this.#held = new Promise((resolve) => (release = resolve));
    return () => {
      this.#held = null;
      release();
    };
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.target);
    const [, bucket, encodedKey] = /^\/([^/]*)\/?(.*)$/s.exec(pathname) ?? ['', '', ''];
    const key = decodeURIComponent(encodedKey);
    const action = actionOf(request.method ?? 'GET', key);
    const prefix = searchParams.get('prefix');
    const resource = `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
    const isAllowed = this.allows(action, resource, prefix === null ? {} : { 's3:prefix': prefix });
    this.requests.push({ action, bucket, key, isAllowed });
    if (!isAllowed) {
      request.resume();
      response.writeHead(403, { 'Content-Type': 'application/xml' });
      response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>The role may not ${action} ${resource}</Message></Error>`);
      return;
    }
    if (this.failures > 0) {
      this.failures--;
      response.destroy();
      return;
    }
    // The host stays that of the request, since the signature covers it.
    const passed = send(new URL(request.url ?? '/', this.target), { method: request.method, headers: request.headers, setHost: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  }
}

function actionOf(method: string, key: string): string {
  switch (method) {
    case 'PUT':
      return 's3:PutObject';
    case 'DELETE':
      return 's3:DeleteObject';
    case 'POST':
      // Many objects are deleted by a request to the bucket; else it is part of an upload.
      return key === '' ? 's3:DeleteObject' : 's3:PutObject';
    default:
      return key === '' ? 's3:ListBucket' : 's3:GetObject';
  }
}

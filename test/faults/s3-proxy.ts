import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What becomes of requests for ranges of objects. */
export type S3Trouble =
  | { readonly kind: 'none' }
  | { readonly kind: 'slow'; readonly delay: number }
  /** Every `of`-th request is answered with 503 Slow Down, as S3 does when it is asked too often. */
  | { readonly kind: 'unavailable'; readonly of: number }
  /** Every `of`-th body ends before its announced length. */
  | { readonly kind: 'truncated'; readonly of: number };

const slowDown = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** Passes requests on to an S3 server as they are, so that signatures stay valid, and makes trouble when told to. */
export class S3Proxy {
  readonly #server: Server;
  #requests = 0;
  /** Requests that met trouble. */
  hits = 0;
  trouble: S3Trouble = { kind: 'none' };

  private constructor(private readonly target: string) {
    this.#server = createServer((incoming, outgoing) => void this.#handle(incoming, outgoing));
  }

  static async start(target: string): Promise<S3Proxy> {
    const proxy = new S3Proxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { trouble } = this;
    const isHit = incoming.headers.range !== undefined && 'of' in trouble && this.#requests++ % trouble.of === 0;
    if (isHit || trouble.kind === 'slow') this.hits++;
    if (trouble.kind === 'slow') await sleep(trouble.delay);
    if (isHit && trouble.kind === 'unavailable') {
      incoming.resume();
      outgoing.writeHead(503, { 'content-type': 'application/xml' }).end(slowDown);
      return;
    }
    const passedOn = request(this.target, { path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      if (isHit) {
        answer.once('data', (chunk: Buffer) => {
          outgoing.write(chunk.subarray(0, chunk.length >> 1), () => outgoing.socket?.end());
          answer.destroy();
        });
      } else {
        answer.pipe(outgoing);
      }
    });
    passedOn.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passedOn.destroy());
    incoming.pipe(passedOn);
  }
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refusalOf } from './signature-check';
import type { Keys } from './signature-check';

export interface GatewayOptions {
  /** Address of the server behind it. */
  readonly upstream: string;
  /** Whom it lets in. */
  readonly keys: Keys;
  readonly region: string;
  /** Milliseconds by which its clock goes before this machine's. */
  readonly clockAhead?: number;
  /** Answers in place of the server behind it. */
  readonly instead?: (response: ServerResponse) => void;
}

/** What API Gateway does for an API with IAM authorization: refuses all that is not rightly signed, and keeps its stage `/v1` to itself. */
export interface Gateway {
  /** With the stage, as the stack's output has it. */
  readonly url: string;
  /** Paths and queries that were let in, as they were sent. */
  readonly admitted: readonly string[];
  stop(): void;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const admitted: string[] = [];
  const server = createServer((request, response) => {
    answer(request, response, options, admitted).catch((error: unknown) => refuse(response, 500, String(error)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`,
    admitted,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, { upstream, keys, region, clockAhead = 0, instead }: GatewayOptions, admitted: string[]): Promise<void> {
  const body = await buffer(request);
  const { url = '', method = '' } = request;
  const refusal = url.startsWith('/v1/') ? refusalOf(request, body, { keys, region, service: 'execute-api', now: Date.now() + clockAhead }) : 'Missing Authentication Token';
  if (refusal !== null) {
    refuse(response, 403, refusal);
    return;
  }
  admitted.push(`${method} ${url}`);
  if (instead) {
    instead(response);
    return;
  }
  const behind = await fetch(`${upstream}${url.slice('/v1'.length)}`, { method, ...(method === 'POST' ? { body, headers: { 'content-type': 'application/json' } } : {}) });
  response.writeHead(behind.status, { 'content-type': behind.headers.get('content-type') ?? '' });
  if (behind.body) {
    await pipeline(Readable.fromWeb(behind.body), response);
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}

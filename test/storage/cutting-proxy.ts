import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that breaks off answers in the middle of their bodies. */
export interface CuttingProxy {
  readonly endpoint: string;
  /** Bodies still to be broken off. */
  cuts: number;
  /** Requests passed on for ranges of objects. */
  readonly rangesRequested: number;
  close(): Promise<void>;
}

/** Passes requests on to a server as they are, so that signatures stay valid. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const state = { cuts: 0, rangesRequested: 0 };
  const server = createServer((incoming, outgoing) => {
    const isRange = incoming.headers.range !== undefined;
    state.rangesRequested += Number(isRange);
    const passedOn = request(target, { path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!isRange || state.cuts === 0) {
        answer.pipe(outgoing);
        return;
      }
      state.cuts--;
      const length = Number(answer.headers['content-length']);
      answer.once('data', (chunk: Buffer) => {
        // Some bytes do arrive, fewer than were announced; then the connection ends.
        outgoing.write(chunk.subarray(0, Math.min(chunk.length, length - 1)), () => outgoing.socket?.end());
        answer.destroy();
      });
    });
    incoming.pipe(passedOn);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    get cuts() {
      return state.cuts;
    },
    set cuts(count) {
      state.cuts = count;
    },
    get rangesRequested() {
      return state.rangesRequested;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

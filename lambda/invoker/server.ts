import { once } from 'node:events';
import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app';
import { AsyncJobs } from './async-jobs';
import { refuseForeignPages } from './browser-guard';
import { ErrorReporter } from './error-reporter';
import { ServerClosingError } from './errors';
import { Metrics } from './metrics';
import { openLocalService } from './open-local-service';
import type { OpenLocalServiceOptions } from './open-local-service';

/** Only this machine reaches the server: it knows no users. */
const HOST = '127.0.0.1';

/** Time after which an idle connection is closed, in milliseconds: longer than clients keep them, who would else meet a closed one. */
const KEEP_ALIVE = 75_000;

/** Time that running jobs are given to end at shutdown, and then their clients to be told that they did not, in milliseconds. */
const SHUTDOWN_PATIENCE = 10_000;
const LAST_WORDS = 500;

export interface StartServerOptions extends Omit<OpenLocalServiceOptions, 'roots' | 'onTaskEnded'> {
  /** 0: any free port. */
  readonly port: number;
  /** Folders that may be registered, with all that lies in them. */
  readonly roots: readonly string[];
  /** Milliseconds that running jobs are given to end at shutdown; default: 10 seconds. */
  readonly shutdownPatience?: number;
}

export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Stops accepting requests, gives running jobs a bounded time to end, and releases everything. */
  close(): Promise<void>;
}

/** The server cannot listen on its port. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';

  constructor(port: number) {
    super(`Port ${port} of ${HOST} is in use; end what uses it, or choose another port.`);
  }
}

/**
 * Starts the HTTP API on 127.0.0.1.
 *
 * @throws PortInUseError; SettingsError; the datastore's errors where it cannot be opened
 */
export async function startServer(options: StartServerOptions): Promise<RunningServer> {
  const metrics = new Metrics();
  const opened = await openLocalService({ ...options, onTaskEnded: (status) => metrics.taskEnded(status) });
  const { service, datastore, settings, logger } = opened;
  const shutdown = new AbortController();
  const errors = new ErrorReporter(metrics, logger);
  const asyncJobs = new AsyncJobs({ jobs: datastore.jobs, settings, logger, errors });
  const app = createApp({ service, asyncJobs, settings, metrics, errors, logger, shutdown: shutdown.signal, guard: refuseForeignPages });
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request), overrideGlobalObjects: false });
  if (!(server instanceof Server)) {
    throw new Error('The HTTP adaptor did not make an HTTP/1.1 server.');
  }
  server.keepAliveTimeout = KEEP_ALIVE;
  try {
    const { port } = await listen(server, options.port);
    logger.info({ port }, 'Listening');
    return {
      url: `http://${HOST}:${port}`,
      async close() {
        const closed = once(server, 'close');
        server.close();
        service.closeGate();
        // Connections are kept alive for the next request, which will not come.
        const idle = setInterval(() => server.closeIdleConnections(), 50);
        const finished = Promise.all([closed, asyncJobs.settle()]);
        const { shutdownPatience = SHUTDOWN_PATIENCE } = options;
        const patience = setTimeout(() => shutdown.abort(new ServerClosingError()), shutdownPatience);
        const end = setTimeout(() => server.closeAllConnections(), shutdownPatience + LAST_WORDS);
        await finished;
        clearInterval(idle);
        clearTimeout(patience);
        clearTimeout(end);
        await opened.close();
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function listen(server: Server, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new PortInUseError(port) : error));
    server.listen(port, HOST, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The server listens on no port.');
  }
  return address;
}

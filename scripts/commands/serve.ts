import { Option } from 'commander';
import type { Command } from 'commander';
import { checkWorkers, dataDirOption, redisOption, workersOption } from './connection';
import { cancelOnInterruption } from './interruption';
import { absoluteRoot } from './root-path';
import { wholeNumber } from './whole-number';
import { workerThreadFile } from './worker-thread-file';

interface ServeOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly root: readonly string[];
  readonly redis?: string;
  readonly workers?: number;
}

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Serve the HTTP API on 127.0.0.1 until Ctrl-C.')
    .addOption(new Option('--port <n>', 'port to listen on; 0 takes a free one').argParser(wholeNumber(0, 65_535)).default(5000))
    .addOption(dataDirOption())
    .addOption(new Option('--root <dir...>', 'only what lies in these folders and s3:// prefixes may be registered over HTTP').default([], 'none, so nothing may'))
    .addOption(redisOption())
    .addOption(workersOption())
    .addHelpText(
      'after',
      `
Examples:
  $ npx frocket serve --root ./shop-data
  $ npx frocket serve --port 8080 --data-dir /var/lib/frocket \\
      --root /data/events --root /data/logs --workers 4
  $ npx frocket serve --root ./shop-data \\
      --redis redis://127.0.0.1:6379 --workers 0
  $ curl -s http://127.0.0.1:5000/datasets
  $ curl -s http://127.0.0.1:5000/openapi.json

The log goes to stderr as JSON lines.`,
    )
    .action(async (options: ServeOptions) => {
      checkWorkers(options);
      const [{ startServer }, { pino, destination }] = await Promise.all([import('../../lambda/invoker/server'), import('pino')]);
      const interrupted = cancelOnInterruption();
      const server = await startServer({
        port: options.port,
        dataDirectory: options.dataDir,
        roots: options.root.map(absoluteRoot),
        ...(options.redis === undefined ? {} : { redisUrl: options.redis }),
        ...(options.workers === undefined ? {} : { workers: options.workers }),
        threadFile: workerThreadFile(),
        logger: pino(destination({ dest: 2, sync: true })),
      });
      process.stdout.write(`Funnel Rocket listens on ${server.url}\n`);
      await aborted(interrupted);
      await server.close();
    });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Circumstances {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const repository = path.resolve(__dirname, '../..');
export const frocketFile = path.join(repository, 'scripts/frocket.mjs');

/** Starts the command as a user would. The environment's own settings of Funnel Rocket are left out. */
export function startFrocket(args: readonly string[], { cwd, env }: Circumstances = {}): ChildProcessWithoutNullStreams {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('FROCKET_') && name !== 'FORCE_COLOR');
  return spawn(process.execPath, [frocketFile, ...args], { cwd: cwd ?? repository, env: { ...Object.fromEntries(inherited), ...env } });
}

export async function frocket(args: readonly string[], circumstances: Circumstances = {}): Promise<Finished> {
  const running = startFrocket(args, circumstances);
  running.stdin.end(circumstances.stdin ?? '');
  return finished(running);
}

export async function finished(running: ChildProcessWithoutNullStreams): Promise<Finished> {
  const [stdout, stderr] = await Promise.all([text(running.stdout), text(running.stderr), once(running, 'close')]);
  return { code: running.exitCode, stdout, stderr };
}

/** A running `frocket serve` on a free port. */
export interface Serving {
  readonly url: string;
  /** By SIGTERM, as a service manager would. */
  stop(): Promise<number | null>;
}

export async function serve(args: readonly string[]): Promise<Serving> {
  const running = startFrocket(['serve', '--port', '0', '--workers', '2', ...args]);
  const log = text(running.stderr);
  const [greeting] = (await Promise.race([once(running.stdout, 'data'), once(running, 'close')])) as [unknown];
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(greeting))?.[0];
  if (url === undefined) {
    throw new Error(`frocket serve did not start: ${await log}`);
  }
  return {
    url,
    async stop() {
      running.kill('SIGTERM');
      await once(running, 'close');
      return running.exitCode;
    },
  };
}

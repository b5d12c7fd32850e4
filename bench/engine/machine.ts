import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { version as duckdb } from '@duckdb/node-api';

/** Where figures come from. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** GiB. */
  readonly memory: number;
  /** Processes that wanted a core in the minute before. */
  readonly load: number;
  /** Whether each side is confined to one core. */
  readonly pinned: boolean;
}

export interface Versions {
  readonly node: string;
  readonly duckdb: string;
  readonly commit: string;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 2 ** 30),
    load: Math.round(loadavg()[0] * 10) / 10,
    pinned: platform() === 'linux',
  };
}

export function describeVersions(): Versions {
  return { node: process.version, duckdb: duckdb(), commit: commit() };
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

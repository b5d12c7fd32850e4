import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ChildProgram } from '../storage/child-program';
import { freePort } from '../storage/free-port';

/** Milliseconds in which Redis must accept connections. */
const START_TIMEOUT = 20_000;

/** A Redis of a test's own, on a free port of the loopback interface, which writes each change to disk at once. */
export class RedisServer {
  #program: ChildProgram | null = null;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly extraOptions: readonly string[],
  ) {}

  /** @param extraOptions of `redis-server`, such as `--cluster-enabled yes` */
  static async start(...extraOptions: string[]): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(path.join(tmpdir(), 'frocket-redis-')), await freePort(), extraOptions);
    await server.resume();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again after a pause. */
  async resume(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always', ...this.extraOptions];
    this.#program = new ChildProgram(redisProgram(), options, { cwd: this.folder });
    await this.#program.untilReady(() => accepts(this.port), START_TIMEOUT);
  }

  /** Ends the process as a crash would, and keeps what it wrote. */
  async pause(): Promise<void> {
    await this.#program?.stop('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function redisProgram(): string {
  const program = execFileSync(process.execPath, [path.join(import.meta.dirname, '../../scripts/install-redis.mjs'), '--which'], { encoding: 'utf8' });
  if (program === '') {
    throw new Error('There is no redis-server: run `node scripts/install-redis.mjs`.');
  }
  return program;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

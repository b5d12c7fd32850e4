import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A program that a test started, known by its process and ended by it alone. */
export class ChildProgram {
  #errors = '';
  readonly #child: ChildProcess;

  /** The program stays in the foreground, so that its process ID is known. */
  constructor(
    private readonly command: string,
    args: readonly string[],
    options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
  ) {
    this.#child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-2_000)));
    // Without a listener, a program that cannot be started would end the tests.
    this.#child.once('error', (error) => (this.#errors += error.message));
  }

  /** Asks whether the program is ready until it is; fails as soon as it has ended instead, or after `timeout` milliseconds. */
  async untilReady(isReady: () => Promise<boolean>, timeout: number): Promise<void> {
    const deadline = Date.now() + timeout;
    while (!(await isReady())) {
      if (this.#hasEnded() || Date.now() > deadline) {
        throw new Error(`${this.command} ${this.#hasEnded() ? 'ended' : `was not ready within ${timeout} ms`}: ${this.#errors}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends the program, by force where it does not end by itself, and waits until it has. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#hasEnded()) {
      return;
    }
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(force);
  }

  #hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

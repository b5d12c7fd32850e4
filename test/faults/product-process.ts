import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const repository = path.resolve(import.meta.dirname, '../..');

export interface ProductProcessOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where its standard error goes. */
  readonly logFile: string;
  /** Milliseconds by which its clock is ahead. */
  readonly clockSkew?: number;
}

/** `frocket serve` or `frocket worker`, as users start them. */
export class ProductProcess {
  #isEnding = false;

  private constructor(
    private readonly child: ChildProcess,
    /** With its standard error. */
    readonly logFile: string,
    /** The line that it greeted with once it was ready. */
    readonly greeting: string,
  ) {}

  static async start({ args, env, logFile, clockSkew = 0 }: ProductProcessOptions): Promise<ProductProcess> {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('FROCKET_') && name !== 'NODE_OPTIONS');
    const hook = clockSkew === 0 ? {} : { NODE_OPTIONS: `--import=${clockHook(clockSkew)}` };
    const child = spawn(process.execPath, [path.join(repository, 'scripts/frocket.mjs'), ...args], {
      cwd: repository,
      env: { ...Object.fromEntries(inherited), ...env, ...hook },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.pipe(createWriteStream(logFile, { flags: 'a' }));
    for await (const line of createInterface({ input: child.stdout })) {
      return new ProductProcess(child, logFile, line);
    }
    throw new Error(`frocket ${args.join(' ')} ended before it was ready; its log: ${logFile}`);
  }

  /** Whether it ended though nobody told it to. */
  get hasCrashed(): boolean {
    return !this.#isEnding && this.#hasEnded();
  }

  /** Stops it in its tracks, as a machine does that swaps or a debugger. */
  hang(): void {
    this.child.kill('SIGSTOP');
  }

  goOn(): void {
    this.child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#isEnding = true;
    if (this.#hasEnded()) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  #hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

/** A module that runs before the product's in every thread: the wall clock is off, timers are right. */
function clockHook(skew: number): string {
  const code = `const RealDate=Date;globalThis.Date=class extends RealDate{constructor(...a){a.length===0?super(RealDate.now()+(${skew})):super(...a)}static now(){return RealDate.now()+(${skew})}}`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

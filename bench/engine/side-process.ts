import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

/** In the child: answers each message by what `run` makes of it. */
export function answerMessages<Work, Answer>(run: (work: Work) => Promise<Answer>): void {
  process.on('message', (work: Work) => {
    run(work).then(
      (answer) => process.send?.({ answer }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

export interface ProcessOptions {
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A bundled program of the bench in a process of its own, confined to one core where the system can do that. */
export class SideProcess<Work extends object, Answer> {
  private constructor(private readonly child: ChildProcess) {}

  static start<Work extends object, Answer>(bundle: string, { nodeOptions = [], environment = {} }: ProcessOptions = {}): SideProcess<Work, Answer> {
    const command = [process.execPath, ...nodeOptions, bundle];
    const [program, ...rest] = platform() === 'linux' ? ['taskset', '-c', '0', ...command] : command;
    return new SideProcess(spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, ...environment } }));
  }

  /** The most memory that the process has had, in bytes, as the kernel sees it; null where it does not say. */
  peakMemory(): number | null {
    try {
      const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
      const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
      return kibibytes === undefined ? null : Number(kibibytes) * 1024;
    } catch {
      return null;
    }
  }

  async ask(work: Work): Promise<Answer> {
    const listening = new AbortController();
    const { signal } = listening;
    const ended = once(this.child, 'exit', { signal }).then(([code, by]) => {
      throw new Error(`A process of the benchmark has ended with ${String(code ?? by)}.`);
    });
    ended.catch(() => undefined);
    try {
      this.child.send(work);
      const [message] = (await Promise.race([once(this.child, 'message', { signal }), ended])) as [{ readonly answer: Answer } | { readonly error: string }];
      if ('error' in message) throw new Error(message.error);
      return message.answer;
    } finally {
      listening.abort();
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill();
    await exit;
  }
}

import type { Progress, RunOptions } from './service';

/** Runs work whose result several callers wait for, as long as any of them does. */
export class SharedRuns<Answer> {
  readonly #running = new Map<string, SharedRun<Answer>>();

  /**
   * Joins the run under a key, or starts one.
   *
   * @param alone whether to start one in any case, for those to come to join
   * @returns the answer, which is rejected with the reason of the caller's own signal where that comes first; the run is
   * aborted once all callers have gone
   */
  run(key: string, alone: boolean, caller: RunOptions, work: (options: RunOptions) => Promise<Answer>): { readonly answer: Promise<Answer>; readonly joined: boolean } {
    const running = alone ? undefined : this.#running.get(key);
    if (running !== undefined) {
      return { answer: running.join(caller), joined: true };
    }
    const run = new SharedRun<Answer>(() => {
      if (this.#running.get(key) === run) {
        this.#running.delete(key);
      }
    });
    this.#running.set(key, run);
    return { answer: run.start(caller, work), joined: false };
  }
}

class SharedRun<Answer> {
  readonly #callers = new Set<RunOptions>();
  readonly #abandoned = new AbortController();
  #progress: Progress | null = null;
  #answer: Promise<Answer> | null = null;

  /** @param onClosed called once nobody may join any longer */
  constructor(private readonly onClosed: () => void) {}

  start(caller: RunOptions, work: (options: RunOptions) => Promise<Answer>): Promise<Answer> {
    this.#callers.add(caller);
    this.#answer = work({ onProgress: (progress) => this.#report(progress), signal: this.#abandoned.signal }).finally(this.onClosed);
    return this.#wait(caller, this.#answer);
  }

  join(caller: RunOptions): Promise<Answer> {
    if (this.#answer === null) {
      throw new Error('A run was joined before it started.');
    }
    this.#callers.add(caller);
    if (this.#progress !== null) {
      caller.onProgress?.(this.#progress);
    }
    return this.#wait(caller, this.#answer);
  }

  #report(progress: Progress): void {
    this.#progress = progress;
    this.#callers.forEach((caller) => caller.onProgress?.(progress));
  }

  #wait(caller: RunOptions, answer: Promise<Answer>): Promise<Answer> {
    const { signal } = caller;
    return new Promise<Answer>((resolve, reject) => {
      const leave = () => {
        this.#callers.delete(caller);
        const reason = signal?.reason instanceof Error ? signal.reason : new Error(String(signal?.reason));
        if (this.#callers.size > 0) {
          reject(reason);
          return;
        }
        // The run ends at once, and says itself how.
        this.onClosed();
        this.#abandoned.abort(reason);
      };
      if (signal?.aborted === true) {
        leave();
      }
      signal?.addEventListener('abort', leave, { once: true });
      answer.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }
}

import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Job, Task } from '../datastore/job';
import { CONNECTIONS, createLambdaClient, InvocationRefusedError, signInvocation } from './lambda-launcher-requests';
import type { Invoke } from './lambda-launcher-requests';
import type { Launcher } from './launcher';

/** Milliseconds before what was refused is sent again: doubled each time, up to the greatest, of which a random half is waited. */
const RETRY_DELAY = 100;
const RETRY_DELAY_MAXIMUM = 5_000;

/** What a worker function is invoked with: it claims its task from the job's board, and is told how old the request is. */
export interface WorkerEvent {
  readonly requestId: string;
  /** Milliseconds since the epoch, by the invoker's clock. */
  readonly launchedAt: number;
}

/** Lambda will not run the worker function, however often it is asked. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';

  constructor(functionName: string, cause: Error) {
    super(`The worker function '${functionName}' could not be invoked for every task. ${cause.message}`, { cause });
  }
}

export interface LambdaLauncherOptions {
  /** Name or ARN of the worker function. */
  readonly functionName: string;
  readonly logger: Logger;
  readonly client?: LambdaClient;
}

/**
 * Runs tasks in a Lambda function, one asynchronous invocation each. What Lambda's API refuses for now, because too much is asked
 * of it or something there is broken, is asked again until the job ends. An invocation whose answer is lost may be made
 * twice: it then finds no task to claim.
 */
export class LambdaLauncher implements Launcher {
  readonly #client: LambdaClient;
  readonly #functionName: string;
  readonly #logger: Logger;

  constructor({ functionName, logger, client = createLambdaClient() }: LambdaLauncherOptions) {
    this.#client = client;
    this.#functionName = functionName;
    this.#logger = logger;
  }

  async launch({ requestId }: Job, tasks: readonly Task[], jobEnded: AbortSignal): Promise<void> {
    const event: WorkerEvent = { requestId, launchedAt: Date.now() };
    // Every request under way listens; Node.js takes more than ten listeners for a leak.
    const signal = AbortSignal.any([jobEnded]);
    setMaxListeners(CONNECTIONS + 1, signal);
    let remaining = tasks.length;
    for (let delay = RETRY_DELAY; ; delay = Math.min(2 * delay, RETRY_DELAY_MAXIMUM)) {
      const refusals = await this.#invoke(remaining, await signInvocation(this.#client, this.#functionName, event), signal);
      const [cause] = refusals;
      if (cause === undefined) {
        return;
      }
      remaining = refusals.length;
      this.#logger.warn({ requestId, remaining, err: cause }, 'Lambda refused invocations for now: they are sent again');
      await sleep((delay * (1 + Math.random())) / 2, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  /**
   * @returns what was refused for now
   * @throws LaunchError after the first refusal for good; the signal's reason
   */
  async #invoke(times: number, invoke: Invoke, signal: AbortSignal): Promise<InvocationRefusedError[]> {
    const refusals: InvocationRefusedError[] = [];
    const limit = pLimit(CONNECTIONS);
    const attempt = async () => {
      try {
        await invoke(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof InvocationRefusedError)) throw error;
        if (!error.mayPass) throw new LaunchError(this.#functionName, error);
        refusals.push(error);
      }
    };
    try {
      await Promise.all(Array.from({ length: times }, () => limit(attempt)));
      return refusals;
    } finally {
      limit.clearQueue();
    }
  }

  close(): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }
}

import { InvocationType, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import pLimit from 'p-limit';
import type { Job, Task } from '../datastore/job';
import type { Launcher } from './launcher';

/** Requests to Lambda's API under way at once: more would queue for sockets, fewer would wait for round trips. */
const CONCURRENT_INVOCATIONS = 64;

/** What a worker function is invoked with: it claims its task from the job's board, and is told how old the request is. */
export interface WorkerEvent {
  readonly requestId: string;
  /** Milliseconds since the epoch, by the invoker's clock. */
  readonly launchedAt: number;
}

/** Lambda accepted fewer invocations than there are tasks. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';

  constructor(functionName: string, options: ErrorOptions) {
    super(`The worker function '${functionName}' could not be invoked for every task.`, options);
  }
}

export interface LambdaLauncherOptions {
  /** Name or ARN of the worker function. */
  readonly functionName: string;
  readonly client?: LambdaClient;
}

/** Runs tasks in a Lambda function, one asynchronous invocation each. The SDK retries what Lambda throttles. */
export class LambdaLauncher implements Launcher {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor({ functionName, client = new LambdaClient({ maxAttempts: 8 }) }: LambdaLauncherOptions) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async launch(job: Job, tasks: readonly Task[], jobEnded: AbortSignal): Promise<void> {
    const event: WorkerEvent = { requestId: job.requestId, launchedAt: Date.now() };
    const command = new InvokeCommand({
      FunctionName: this.#functionName,
      InvocationType: InvocationType.Event,
      Payload: Buffer.from(JSON.stringify(event)),
    });
    const limit = pLimit(CONCURRENT_INVOCATIONS);
    try {
      await Promise.all(tasks.map(() => limit(() => this.#client.send(command, { abortSignal: jobEnded }))));
    } catch (error) {
      limit.clearQueue();
      throw new LaunchError(this.#functionName, { cause: error });
    }
  }

  close(): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }
}

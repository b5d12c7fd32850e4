import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FunctionDefinition } from './function-definition';
import { RuntimeApi } from './runtime-api';
import type { FunctionError } from './runtime-api';
import type { Launch } from './sandbox';

/** Milliseconds in which a function must be loaded: ten seconds in Lambda, and more on a small and busy machine. */
const initTimeout = 30_000;

/** What came of one event. */
export interface Outcome {
  readonly requestId: string;
  /** Empty where the answer failed before it began. */
  readonly body: Buffer;
  readonly contentType: string;
  readonly isStreaming: boolean;
  readonly error: FunctionError | null;
  /** Whether the environment was made for this event. */
  readonly isCold: boolean;
  /** Milliseconds from the event to its end, without the time to load the function. */
  readonly duration: number;
  readonly peakMemoryMegabytes: number;
  readonly log: string;
}

/** Told of an answer while it arrives. */
export interface AnswerListener {
  readonly started: (contentType: string) => void;
  readonly data: (chunk: Buffer) => void;
  /** The answer is complete, or failed; the function may still run. */
  readonly ended: (error: FunctionError | null) => void;
}

interface Running {
  readonly requestId: string;
  readonly listener: AnswerListener | undefined;
  readonly chunks: Buffer[];
  readonly startedAt: number;
  readonly logStart: number;
  contentType: string;
  isStreaming: boolean;
  error: FunctionError | null;
  hasAnswered: boolean;
  /** The runtime asks for the next event: AWS's does so before the error of a stream is written. */
  asksForNext: boolean;
  readonly end: () => void;
}

/**
 * One execution environment: a process that loads a function once and runs one event at a time. Between events it is
 * stopped, as Lambda freezes environments; at the timeout it is killed.
 */
export class ExecutionEnvironment {
  readonly #child: ChildProcess;
  readonly #ready: Promise<FunctionError | null>;
  #settleReady: (error: FunctionError | null) => void = () => {};
  #running: Running | null = null;
  #events = 0;
  #log = '';
  #hasEnded = false;

  private constructor(
    private readonly definition: FunctionDefinition,
    private readonly api: RuntimeApi,
    private readonly launch: Launch,
    variables: Readonly<Record<string, string>>,
  ) {
    this.#ready = new Promise((resolve) => (this.#settleReady = resolve));
    this.#child = spawn(launch.command, launch.args, { cwd: launch.cwd, env: { ...launch.environment, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    }
    this.#child.once('error', (error) => this.#ended(error.message));
    // Once its output is complete too.
    this.#child.once('close', (code, signal) => this.#ended(signal === null ? `exit status ${code}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`));
  }

  static async start(definition: FunctionDefinition, launch: (runtimeApi: string) => Launch, variables: Readonly<Record<string, string>>): Promise<ExecutionEnvironment> {
    // The runtime speaks only after its process was started, by when the environment is there.
    let environment: ExecutionEnvironment | null = null;
    const api = await RuntimeApi.start({
      waiting: () => environment?.waiting(),
      initFailed: (error) => environment?.settle(error),
      responseStarted: (contentType, isStreaming) => environment?.responseStarted(contentType, isStreaming),
      responseData: (chunk) => environment?.responseData(chunk),
      responseEnded: (error) => environment?.responseEnded(error),
    });
    environment = new ExecutionEnvironment(definition, api, launch(api.address), { ...definition.environment, ...variables });
    return environment;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether it has run no event yet. */
  get isCold(): boolean {
    return this.#events === 0;
  }

  /** All that the function has written since it was started. */
  get log(): string {
    return this.#log;
  }

  /** Runs an event; never throws for what the function does. Resolves once the environment is free for the next, or has ended. */
  async invoke(payload: Buffer, listener?: AnswerListener): Promise<Outcome> {
    const requestId = randomUUID();
    const isCold = this.#events++ === 0;
    const logStart = isCold ? 0 : this.#log.length;
    const initTimer = setTimeout(() => this.kill({ errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: Init timed out` }), initTimeout);
    const failure = await this.#ready;
    clearTimeout(initTimer);
    if (failure !== null) {
      this.kill(failure);
      return this.#outcome({ requestId, chunks: [], contentType: 'application/json', isStreaming: false, error: failure, startedAt: Date.now(), logStart }, isCold);
    }
    this.#log += `START RequestId: ${requestId} Version: $LATEST\n`;
    const timeout = this.definition.timeoutSeconds * 1000;
    const timer = setTimeout(
      () => this.kill({ errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: Task timed out after ${this.definition.timeoutSeconds.toFixed(2)} seconds` }),
      timeout,
    );
    const outcome = await new Promise<Outcome>((resolve) => {
      const running: Running = {
        requestId,
        listener,
        chunks: [],
        startedAt: Date.now(),
        logStart,
        contentType: 'application/json',
        isStreaming: false,
        error: null,
        hasAnswered: false,
        asksForNext: false,
        end: () => resolve(this.#outcome(running, isCold)),
      };
      this.#running = running;
      this.#child.kill('SIGCONT');
      this.api.give({ requestId, deadlineMilliseconds: Date.now() + timeout, functionArn: this.definition.arn, payload });
    });
    clearTimeout(timer);
    return outcome;
  }

  /** Ends it at once; an event that runs has the error. */
  kill(error: FunctionError): void {
    if (this.#running !== null && !this.#running.hasAnswered) {
      this.#running.error = error;
      this.#running.hasAnswered = true;
    }
    this.settle(error);
    this.#child.kill('SIGKILL');
  }

  /** Ends it and waits until it has. */
  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => (this.#hasEnded ? resolve() : this.#child.once('close', () => resolve())));
    this.kill({ errorType: 'Sandbox.Stopped', errorMessage: 'The harness was closed.' });
    await ended;
  }

  private waiting(): void {
    if (this.#running !== null && !this.#running.hasAnswered) {
      this.#running.asksForNext = true;
      return;
    }
    // From here on it is as Lambda leaves it: nothing in it runs until the next event.
    this.#child.kill('SIGSTOP');
    this.settle(null);
    this.#finish();
  }

  private settle(error: FunctionError | null): void {
    this.#settleReady(error);
  }

  private responseStarted(contentType: string, isStreaming: boolean): void {
    if (this.#running !== null) {
      Object.assign(this.#running, { contentType, isStreaming });
      this.#running.listener?.started(contentType);
    }
  }

  private responseData(chunk: Buffer): void {
    this.#running?.chunks.push(chunk);
    this.#running?.listener?.data(chunk);
  }

  private responseEnded(error: FunctionError | null): void {
    if (this.#running !== null && !this.#running.hasAnswered) {
      Object.assign(this.#running, { error, hasAnswered: true });
      this.#running.listener?.ended(error);
      if (this.#running.asksForNext) this.waiting();
    }
  }

  #ended(how: string): void {
    if (this.#hasEnded) {
      return;
    }
    this.#hasEnded = true;
    const requestId = this.#running?.requestId ?? '-';
    const error = { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}` };
    if (this.#running !== null && !this.#running.hasAnswered) {
      this.#running.error = error;
    }
    this.settle(error);
    this.#finish();
    this.api.close();
    this.launch.remove();
  }

  #finish(): void {
    const running = this.#running;
    this.#running = null;
    if (running !== null) {
      this.#log += `END RequestId: ${running.requestId}\nREPORT RequestId: ${running.requestId}\tDuration: ${Date.now() - running.startedAt} ms\tMemory Size: ${this.definition.memoryMegabytes} MB\tMax Memory Used: ${this.#peakMemory()} MB\n`;
      running.end();
    }
  }

  #outcome(running: Pick<Running, 'requestId' | 'chunks' | 'contentType' | 'isStreaming' | 'error' | 'startedAt' | 'logStart'>, isCold: boolean): Outcome {
    const { requestId, chunks, contentType, isStreaming, error, startedAt, logStart } = running;
    return {
      requestId, contentType, isStreaming, error, isCold,
      body: Buffer.concat(chunks),
      duration: Date.now() - startedAt,
      peakMemoryMegabytes: this.#peakMemory(),
      log: this.#log.slice(logStart),
    };
  }

  /** The most that the process has held so far; 0 once it has ended. */
  #peakMemory(): number {
    try {
      const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')) ?? [];
      return Math.ceil(Number(kilobytes ?? 0) / 1024);
    } catch {
      return 0;
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { ExecutionEnvironment } from './execution-environment';
import type { AnswerListener, Outcome } from './execution-environment';
import type { FunctionDefinition } from './function-definition';
import type { Sandbox, Surroundings } from './sandbox';

/** Bytes that an event may have. */
export const largestPayload = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 } as const;
export type InvocationType = keyof typeof largestPayload;

/** A request that Lambda's API refuses, with the status and name that its SDK knows it by. */
export class InvokeError extends Error {
  override readonly name = 'InvokeError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly reason?: string,
  ) {
    super(message);
  }
}

/** An event that was given up, as Lambda tells of it. */
export interface DeadLetter {
  readonly functionName: string;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly attempts: number;
  readonly payload: unknown;
  /** Of the last attempt; null where there was none. */
  readonly outcome: Outcome | null;
}

export interface LambdaOptions {
  readonly surroundings: Surroundings;
  /** Variables beyond the template's: credentials, and where the stand-ins of AWS's services listen. */
  readonly variables?: (definition: FunctionDefinition) => Readonly<Record<string, string>>;
  /** Milliseconds between attempts at an asynchronous event; minutes in Lambda. */
  readonly retryDelay?: number;
}

/** Environments that may run at once where a function has no number of its own; Lambda's quota is 1,000. */
const accountConcurrency = 50;

interface Fleet {
  definition: FunctionDefinition;
  readonly idle: ExecutionEnvironment[];
  readonly all: Set<ExecutionEnvironment>;
  running: number;
  /** Of environments that have ended. */
  finishedLogs: string;
}

/** Runs functions as Lambda does: each event in an environment that has no other, kept for later ones. */
export class LambdaService {
  readonly #fleets = new Map<string, Fleet>();
  readonly #deadLetters = new Map<string, DeadLetter[]>();
  readonly #pending = new Set<Promise<void>>();
  #isClosed = false;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly options: LambdaOptions,
  ) {}

  add(definition: FunctionDefinition): void {
    this.#fleets.set(definition.name, { definition, idle: [], all: new Set(), running: 0, finishedLogs: '' });
  }

  /** The definition of a function, by name or ARN. @throws InvokeError where there is none */
  definition(nameOrArn: string): FunctionDefinition {
    return this.#fleet(nameOrArn).definition;
  }

  /** Changes a function as an update of its configuration does: environments that run finish, new ones follow. */
  async update(name: string, change: Partial<FunctionDefinition>): Promise<void> {
    const fleet = this.#fleet(name);
    fleet.definition = { ...fleet.definition, ...change };
    await this.recycle(name);
  }

  /** Ends a function's idle environments, so that the next event meets a cold start. */
  async recycle(name: string): Promise<void> {
    await Promise.all(this.#fleet(name).idle.splice(0).map((environment) => environment.stop()));
  }

  /** Runs an event and waits for its answer. @throws InvokeError where Lambda would refuse it */
  async invoke(nameOrArn: string, payload: Buffer, listener?: AnswerListener): Promise<Outcome> {
    const fleet = this.#fleet(nameOrArn);
    refuseUnreadable(payload, 'RequestResponse');
    return this.#run(fleet, payload, listener);
  }

  /** Accepts an event to run later, once or several times as the template says. @throws InvokeError where it is refused */
  invokeLater(nameOrArn: string, payload: Buffer): void {
    const fleet = this.#fleet(nameOrArn);
    refuseUnreadable(payload, 'Event');
    const work = this.#attempt(fleet, payload).finally(() => this.#pending.delete(work));
    this.#pending.add(work);
  }

  /** Until all accepted events have ended. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) {
      await Promise.all(this.#pending);
    }
  }

  /** What was sent to a queue for events that could not be run, by its ARN. */
  deadLetters(arn: string): readonly DeadLetter[] {
    return this.#deadLetters.get(arn) ?? [];
  }

  /** Everything that a function has logged. */
  logs(name: string): string {
    const { all, finishedLogs } = this.#fleet(name);
    return finishedLogs + [...all].map(({ log }) => log).join('');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#fleets.values()].flatMap(({ all }) => [...all].map((environment) => environment.stop())));
    await Promise.all(this.#pending);
  }

  #fleet(nameOrArn: string): Fleet {
    // arn:aws:lambda:region:account:function:name[:qualifier]
    const name = nameOrArn.startsWith('arn:') ? nameOrArn.split(':')[6] : nameOrArn.split(':')[0];
    const fleet = this.#fleets.get(name);
    if (fleet === undefined) {
      throw new InvokeError(404, 'ResourceNotFoundException', `Function not found: ${nameOrArn}`);
    }
    return fleet;
  }

  async #run(fleet: Fleet, payload: Buffer, listener?: AnswerListener): Promise<Outcome> {
    const { definition } = fleet;
    if (fleet.running >= (definition.reservedConcurrency ?? accountConcurrency)) {
      throw new InvokeError(429, 'TooManyRequestsException', 'Rate Exceeded.', definition.reservedConcurrency === null ? 'ConcurrentInvocationLimitExceeded' : 'ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    fleet.running++;
    try {
      const environment = fleet.idle.pop() ?? (await this.#start(fleet));
      const outcome = await environment.invoke(payload, listener);
      if (environment.hasEnded || outcome.error?.errorType.startsWith('Sandbox.') || this.#isClosed || fleet.definition !== definition) {
        await environment.stop();
        fleet.all.delete(environment);
        fleet.finishedLogs += environment.log;
      } else {
        fleet.idle.push(environment);
      }
      return outcome;
    } finally {
      fleet.running--;
    }
  }

  async #start(fleet: Fleet): Promise<ExecutionEnvironment> {
    const { definition } = fleet;
    const { surroundings, variables = () => ({}) } = this.options;
    const environment = await ExecutionEnvironment.start(definition, (runtimeApi) => this.sandbox.launch(definition, runtimeApi, surroundings), variables(definition));
    fleet.all.add(environment);
    return environment;
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
  async #attempt(fleet: Fleet, payload: Buffer): Promise<void> {
    const { retries, maximumAgeSeconds } = fleet.definition.asynchronous;
    const expiresAt = Date.now() + maximumAgeSeconds * 1000;
    let outcome: Outcome | null = null;
    let attempts = 0;
    while (!this.#isClosed) {
      if (Date.now() > expiresAt) {
        this.#giveUp(fleet, { condition: 'EventAgeExceeded', attempts, payload, outcome });
        return;
      }
      try {
        outcome = await this.#run(fleet, payload);
        attempts++;
        if (outcome.error === null) {
          return;
        }
        if (attempts > retries) {
          this.#giveUp(fleet, { condition: 'RetriesExhausted', attempts, payload, outcome });
          return;
        }
      } catch (error) {
        // Throttled events stay in the queue, whatever the number of retries.
        if (!(error instanceof InvokeError)) {
          throw error;
        }
      }
      await sleep(this.options.retryDelay ?? 50);
    }
  }

  #giveUp({ definition }: Fleet, { payload, ...letter }: Omit<DeadLetter, 'functionName' | 'payload'> & { readonly payload: Buffer }): void {
    const { onFailure } = definition.asynchronous;
    if (onFailure !== null) {
      const letters = this.#deadLetters.get(onFailure) ?? [];
      letters.push({ ...letter, functionName: definition.name, payload: JSON.parse(payload.toString()) });
      this.#deadLetters.set(onFailure, letters);
    }
  }
}

function refuseUnreadable(payload: Buffer, type: InvocationType): void {
  if (payload.length > largestPayload[type]) {
    throw new InvokeError(413, 'RequestTooLargeException', `${payload.length} byte payload is too large for the ${type} invocation type (limit ${largestPayload[type]} bytes)`);
  }
  try {
    JSON.parse(payload.toString());
  } catch (error) {
    throw new InvokeError(400, 'InvalidRequestContentException', `Could not parse request body into json: ${String(error)}`);
  }
}

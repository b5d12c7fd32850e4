import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import { TICKET_LEASE } from '../datastore/work-queue';
import type { SharedDatastore } from '../datastore/datastore';
import type { Ticket } from '../datastore/work-queue';
import { deadWorker } from '../datastore/dead-worker';
import type { LaunchedTask, Task, TaskOutcome, TaskStatus } from '../datastore/job';
import { storeOutcome } from './store-outcome';

/** Milliseconds between two signs of life for a ticket: two may fail before it comes back to the queue. */
const RENEWAL_INTERVAL = TICKET_LEASE / 4;

/** Milliseconds until a worker asks again that could not reach the queue. */
const RETRY_DELAY = 1_000;

/** A ticket is lent so often; a task whose workers died each time may be what kills them. */
const MAXIMUM_LENT = 3;

/** The datastore is asked so often more to take an outcome, for about half a minute; then the ticket comes back, and the task with it. */
const COMPLETION_RETRIES = 15;

/** Milliseconds that running tasks are given to end when the worker leaves. Fargate kills after 30 seconds. */
const LEAVING_PATIENCE = 20_000;

/** Runs tasks apart from this thread, which must stay free to renew tickets. */
export interface WorkerLane {
  /** Places of the parts of a dataset's version that it would read soonest. */
  cachedParts(datasetVersion: string): readonly number[];
  /** Null where the signal stopped the task. */
  run(launched: LaunchedTask, onStatus: (status: TaskStatus) => void, signal: AbortSignal): Promise<TaskOutcome | null>;
}

export interface QueueWorkerOptions {
  readonly datastore: Pick<SharedDatastore, 'tasks' | 'queue'>;
  /** Each runs one task at a time. */
  readonly lanes: readonly WorkerLane[];
  readonly logger: Logger;
}

/**
 * Takes tasks from the work queue and runs them until it is told to leave. Then it takes no more, gives running tasks
 * 20 seconds to end, and gives back to the queue what has not ended by then.
 */
export async function workOnQueue(options: QueueWorkerOptions, leaving: AbortSignal): Promise<void> {
  const patience = new AbortController();
  const onLeaving = () => setTimeout(() => patience.abort(), LEAVING_PATIENCE).unref();
  leaving.addEventListener('abort', onLeaving, { once: true });
  // One waits for the next ticket, on the one connection that this takes; the others run tasks, or wait for their turn.
  const turn = pLimit(1);
  const work = async (lane: WorkerLane) => {
    while (!leaving.aborted) {
      const ticket = await turn(() => takeTicket(options, leaving));
      if (ticket !== null) {
        await new TicketRun(options, lane, ticket, patience.signal).run();
      }
    }
  };
  await Promise.all(options.lanes.map(work));
}

async function takeTicket({ datastore, logger }: QueueWorkerOptions, leaving: AbortSignal): Promise<Ticket | null> {
  try {
    return await datastore.queue.take(leaving);
  } catch (error) {
    logger.warn({ err: error }, 'No task could be taken from the queue; trying again');
    await delay(RETRY_DELAY, undefined, { signal: leaving }).catch(() => {});
    return null;
  }
}

/** What becomes of one ticket. */
class TicketRun {
  readonly #jobEnded = new AbortController();
  readonly #logger: Logger;

  constructor(
    private readonly options: QueueWorkerOptions,
    private readonly lane: WorkerLane,
    private readonly ticket: Ticket,
    private readonly patience: AbortSignal,
  ) {
    this.#logger = options.logger.child({ requestId: ticket.requestId });
  }

  /** Never rejects: where the datastore fails, the ticket comes back by itself. */
  async run(): Promise<void> {
    const { queue } = this.options.datastore;
    const renewal = setInterval(() => void this.#renew(), RENEWAL_INTERVAL);
    try {
      if ((await this.#work()) === 'stopped' && this.patience.aborted) {
        await queue.giveBack(this.ticket);
      } else {
        await queue.finish(this.ticket);
      }
    } catch (error) {
      this.#logger.error({ err: error }, 'A task’s outcome could not be stored; the task comes back to the queue');
    } finally {
      clearInterval(renewal);
    }
  }

  async #work(): Promise<'done' | 'stopped'> {
    const { datastore } = this.options;
    const { id, requestId, launchedAt, lent } = this.ticket;
    const job = await datastore.tasks.job(requestId);
    const cached = job?.work.kind === 'query' ? this.lane.cachedParts(job.work.datasetVersion) : [];
    const task = job === null ? null : await datastore.tasks.claim(requestId, { ticket: id, cached });
    if (job === null || task === null) {
      this.#logger.info('Nothing to do: the job has ended');
      return 'done';
    }
    const outcome =
      lent > MAXIMUM_LENT
        ? deadWorker(task, `${MAXIMUM_LENT} workers died while they ran it`, { retryable: true })
        : await this.lane.run({ work: job.work, task, launchedAt }, (status) => this.#report(task, status), AbortSignal.any([this.#jobEnded.signal, this.patience]));
    if (outcome === null) {
      return 'stopped';
    }
    await storeOutcome(datastore.tasks, requestId, task, outcome, { retries: COMPLETION_RETRIES, signal: this.#jobEnded.signal });
    this.#logger.info({ part: task.part.filename, attempt: task.attempt, status: outcome.status, stats: outcome.stats }, 'Task ended');
    return 'done';
  }

  /** Also stops the task of a job that has ended, as by its deadline: nobody waits for it, and it may hang. */
  async #renew(): Promise<void> {
    const { tasks, queue } = this.options.datastore;
    try {
      await queue.renew(this.ticket);
      if ((await tasks.job(this.ticket.requestId)) === null) {
        this.#jobEnded.abort();
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'A running task could not be kept; another worker may run it too');
    }
  }

  #report(task: Task, status: TaskStatus): void {
    this.options.datastore.tasks.report(this.ticket.requestId, task, status).catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'A task’s status could not be stored');
    });
  }
}

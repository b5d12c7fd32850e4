import type { Fault } from './fault';
import type { Stage } from './stage';

const queue = 'frocket:{queue}:tickets';
const rounds = 40;

/** Does something to the queue many times while jobs run, and stops when told to. */
abstract class QueueFault implements Fault {
  abstract readonly name: string;
  /** Tickets added or lost. */
  hits = 0;
  #ended: Promise<void> = Promise.resolve();

  inject(stage: Stage): Promise<void> {
    this.#ended = this.#disturbOften(stage);
    return Promise.resolve();
  }

  heal(): Promise<void> {
    return this.#ended;
  }

  protected abstract disturb(stage: Stage): Promise<void>;

  async #disturbOften(stage: Stage): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await this.disturb(stage);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

/** Each ticket in the queue is there once more, the last one first. */
export class TicketsDuplicated extends QueueFault {
  readonly name = 'tickets duplicated, reordered';

  protected async disturb({ admin }: Stage): Promise<void> {
    const entries = await admin.xrevrange(queue, '+', '-');
    for (const [, fields] of entries.slice(0, 50)) {
      await admin.xadd(queue, '*', ...fields);
      this.hits++;
    }
  }
}

/** What is in the queue, lent or not, is lost. */
export class TicketsLost extends QueueFault {
  readonly name = 'tickets lost';

  protected async disturb({ admin }: Stage): Promise<void> {
    const entries = await admin.xrange(queue, '-', '+');
    const lost = entries.filter((_, index) => index % 3 === 0).map(([id]) => id);
    if (lost.length > 0) this.hits += await admin.xdel(queue, ...lost);
  }
}

/** Workers are called for jobs that have ended, and for jobs that never were. */
export class TicketsOfEndedJobs extends QueueFault {
  readonly name = 'tickets of ended jobs';
  readonly #seen = new Map<string, string[]>();

  protected async disturb({ admin }: Stage): Promise<void> {
    for (const [, fields] of await admin.xrange(queue, '-', '+')) this.#seen.set(fields[1], fields);
    for (const fields of [...this.#seen.values()].slice(0, 5)) {
      await admin.xadd(queue, '*', ...fields);
      this.hits++;
    }
    await admin.xadd(queue, '*', 'request', 'no-such-job', 'launched', '0');
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../scripts/sample-data/random';
import type { Fault } from './fault';
import type { ProductProcess } from './product-process';
import type { Stage } from './stage';

const queue = 'frocket:{queue}:tickets';

/** Milliseconds that no task of the stage's small parts takes: a ticket lent for longer has lost its worker. */
const LOST_AFTER = 1_000;

/** Tickets that are lent, by ID, with the milliseconds since. */
async function lentTickets({ admin }: Stage): Promise<Map<string, number>> {
  const lent = (await admin.xpending(queue, 'workers', '-', '+', 1_000).catch(() => [])) as [string, string, number, number][];
  return new Map(lent.map(([id, , idle]) => [id, idle]));
}

async function heldTickets(stage: Stage): Promise<number> {
  await sleep(LOST_AFTER);
  return [...(await lentTickets(stage)).values()].filter((idle) => idle >= LOST_AFTER).length;
}

/** Share of the moments with running tasks at which a worker is killed. */
const KILLED = 0.3;

/** Looks every few milliseconds whether tasks run, and kills a worker in three of ten such moments; another takes its place. */
export class WorkersKilled implements Fault {
  readonly name = 'workers killed';
  /** Tickets whose worker was killed: lent when it was, and still lent a second later. */
  hits = 0;
  readonly #lost = new Set<string>();
  readonly #checks: Promise<void>[] = [];
  #ended: Promise<void> = Promise.resolve();
  #isOver = false;

  inject(stage: Stage, random: Random): Promise<void> {
    this.#isOver = false;
    this.#ended = this.#killOn(stage, random);
    return Promise.resolve();
  }

  async heal(): Promise<void> {
    this.#isOver = true;
    await this.#ended;
    await Promise.all(this.#checks.splice(0));
  }

  async #killOn(stage: Stage, random: Random): Promise<void> {
    while (!this.#isOver) {
      const running = await lentTickets(stage);
      if (running.size > 0 && random.chance(KILLED)) {
        const tickets = [...running].filter(([, idle]) => idle < LOST_AFTER).map(([id]) => id);
        this.#checks.push(this.#countLost(stage, tickets));
        await stage.killWorker(stage.workers[random.integer(0, stage.workers.length - 1)]);
        await stage.addWorker();
      }
      await sleep(20);
    }
  }

  async #countLost(stage: Stage, tickets: readonly string[]): Promise<void> {
    await sleep(LOST_AFTER);
    const lent = await lentTickets(stage);
    for (const id of tickets) {
      if ((lent.get(id) ?? 0) < LOST_AFTER || this.#lost.has(id)) continue;
      this.#lost.add(id);
      this.hits++;
    }
  }
}

/** Half of the workers stop in their tracks and go on later. */
export class WorkersHung implements Fault {
  readonly name = 'workers hung for a while';
  /** Tickets that they held. */
  hits = 0;
  #hung: ProductProcess[] = [];

  inject({ workers }: Stage): Promise<void> {
    this.#hung = workers.filter((_, index) => index % 2 === 0);
    this.#hung.forEach((worker) => worker.hang());
    return Promise.resolve();
  }

  async heal(stage: Stage): Promise<void> {
    this.hits += await heldTickets(stage);
    this.#hung.forEach((worker) => worker.goOn());
  }
}

/** Half of the workers stop in their tracks and are killed and replaced later. */
export class WorkersHungForEver implements Fault {
  readonly name = 'workers hung for ever';
  /** Tickets that they held. */
  hits = 0;
  #hung: ProductProcess[] = [];

  inject({ workers }: Stage): Promise<void> {
    this.#hung = workers.filter((_, index) => index % 2 === 1);
    this.#hung.forEach((worker) => worker.hang());
    return Promise.resolve();
  }

  async heal(stage: Stage): Promise<void> {
    this.hits += await heldTickets(stage);
    for (const worker of this.#hung.splice(0)) {
      await stage.killWorker(worker);
      await stage.addWorker();
    }
  }
}

/** Two workers have clocks a minute ahead and a minute behind, and an invoker has one that is behind. */
export class ClocksSkewed implements Fault {
  readonly name = 'clocks a minute off';
  /** Processes whose clock was off. */
  hits = 0;
  #skewed: ProductProcess[] = [];

  async inject(stage: Stage): Promise<void> {
    this.#skewed = [await stage.addWorker({ clockSkew: 60_000 }), await stage.addWorker({ clockSkew: -60_000 })];
    await stage.addInvoker(-60_000);
    this.hits += this.#skewed.length + 1;
  }

  async heal(stage: Stage): Promise<void> {
    await Promise.all(this.#skewed.map((worker) => stage.killWorker(worker)));
    stage.retireInvoker();
  }
}

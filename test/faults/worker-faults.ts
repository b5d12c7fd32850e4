import type { Random } from '../../scripts/sample-data/random';
import type { Fault } from './fault';
import type { ProductProcess } from './product-process';
import type { Stage } from './stage';

const queue = 'frocket:{queue}:tickets';

/** Share of the moments with running tasks at which a worker is killed. */
const KILLED = 0.3;

/** Looks every few milliseconds whether tasks run, and kills a worker in three of ten such moments; another takes its place. */
export class WorkersKilled implements Fault {
  readonly name = 'workers killed';
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
  }

  async #killOn(stage: Stage, random: Random): Promise<void> {
    while (!this.#isOver) {
      const [running] = (await stage.admin.xpending(queue, 'workers').catch(() => [0])) as [number];
      if (running > 0 && random.chance(KILLED)) {
        await stage.killWorker(stage.workers[random.integer(0, stage.workers.length - 1)]);
        await stage.addWorker();
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Half of the workers stop in their tracks and go on later. */
export class WorkersHung implements Fault {
  readonly name = 'workers hung for a while';
  #hung: ProductProcess[] = [];

  inject({ workers }: Stage): Promise<void> {
    this.#hung = workers.filter((_, index) => index % 2 === 0);
    this.#hung.forEach((worker) => worker.hang());
    return Promise.resolve();
  }

  heal(): Promise<void> {
    this.#hung.forEach((worker) => worker.goOn());
    return Promise.resolve();
  }
}

/** Half of the workers stop in their tracks and are killed and replaced later. */
export class WorkersHungForEver implements Fault {
  readonly name = 'workers hung for ever';
  #hung: ProductProcess[] = [];

  inject({ workers }: Stage): Promise<void> {
    this.#hung = workers.filter((_, index) => index % 2 === 1);
    this.#hung.forEach((worker) => worker.hang());
    return Promise.resolve();
  }

  async heal(stage: Stage): Promise<void> {
    for (const worker of this.#hung.splice(0)) {
      await stage.killWorker(worker);
      await stage.addWorker();
    }
  }
}

/** Two workers have clocks a minute ahead and a minute behind, and an invoker has one that is behind. */
export class ClocksSkewed implements Fault {
  readonly name = 'clocks a minute off';
  #skewed: ProductProcess[] = [];

  async inject(stage: Stage): Promise<void> {
    this.#skewed = [await stage.addWorker({ clockSkew: 60_000 }), await stage.addWorker({ clockSkew: -60_000 })];
    await stage.addInvoker(-60_000);
  }

  async heal(stage: Stage): Promise<void> {
    await Promise.all(this.#skewed.map((worker) => stage.killWorker(worker)));
    stage.retireInvoker();
  }
}

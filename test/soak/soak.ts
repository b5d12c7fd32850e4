import { seededRandom } from '../../scripts/sample-data/random';
import type { Random } from '../../scripts/sample-data/random';
import { allFaults } from '../faults/all-faults';
import type { Fault } from '../faults/fault';
import type { Stage } from '../faults/stage';
import { countJob, noFigures } from './figures';
import type { FaultFigures } from './figures';

/** Clients that ask for one job after the other. */
const CLIENTS = 6;

/** In every fifth round, all at once. */
const CROWD = 50;
const CROWD_EVERY = 5;

/** Milliseconds under a fault, at most; and until the product must work again. */
const LONGEST_FAULT = 6_000;
const RECOVERY = 30_000;

/** Rounds of one fault each, until the time is over; every kind comes once before any comes again. */
export class Soak {
  readonly figures = new Map<string, FaultFigures>();
  /** Apart, so that the order of faults does not depend on how many jobs ran. */
  readonly #faults: Random;
  readonly #random: Random;

  constructor(
    private readonly stage: Stage,
    private readonly seed: number,
    private readonly log: (line: string) => void,
  ) {
    this.#faults = seededRandom(seed);
    this.#random = seededRandom(seed + 1);
  }

  /** @param duration milliseconds; the last round ends after it */
  async run(duration: number): Promise<void> {
    const end = performance.now() + duration;
    const deck: Fault[] = [];
    for (let round = 1; performance.now() < end; round++) {
      if (deck.length === 0) deck.push(...allFaults());
      const [fault] = deck.splice(this.#faults.integer(0, deck.length - 1), 1);
      await this.#round(fault, round % CROWD_EVERY === 0);
    }
  }

  /** A fault whose rounds hit nothing proves nothing. */
  checkHits(): void {
    for (const { hits, findings } of this.figures.values()) {
      if (hits === 0) findings.push('no hits');
    }
  }

  async #round(fault: Fault, isCrowded: boolean): Promise<void> {
    const figures = this.figures.get(fault.name) ?? noFigures();
    this.figures.set(fault.name, figures);
    figures.rounds++;
    let isOver = false;
    const client = async () => {
      do await this.#job(figures, fault);
      while (!isOver && !isCrowded);
    };
    const clients = Array.from({ length: isCrowded ? CROWD : CLIENTS }, client);
    try {
      await this.#pause(300);
      await fault.inject(this.stage, seededRandom(this.seed + figures.rounds));
      await this.#pause(LONGEST_FAULT);
      await fault.heal(this.stage);
    } catch (error) {
      figures.findings.push(`the fault could not be done: ${String(error)}`);
    }
    isOver = true;
    await this.#recover(figures, fault);
    await Promise.all(clients);
    figures.hits += fault.hits;
    await this.#check(figures);
    this.log(`${fault.name}${isCrowded ? ', crowded' : ''}: ${fault.hits} hits, ${figures.exact} of ${figures.jobs} exact so far; ${figures.findings.length} findings`);
  }

  async #job(figures: FaultFigures, fault: Fault) {
    const { places } = this.stage;
    const place = places[this.#random.integer(0, places.length - 1)];
    const end = await this.stage.runJob(this.stage.drawQuery(this.#random), place.name, this.#random.integer(0, 7));
    countJob(figures, end);
    fault.onJob?.(end);
    if (end.kind === 'error') this.log(`  ${Math.round(end.took)} ms ${end.detail.slice(0, 240)}`);
    return end;
  }

  async #recover(figures: FaultFigures, fault: Fault): Promise<void> {
    const healedAt = performance.now();
    while (performance.now() - healedAt < RECOVERY) {
      if ((await this.#job(figures, fault)).kind === 'exact') {
        figures.recoveries.push(performance.now() - healedAt);
        return;
      }
    }
    figures.findings.push(`no job worked within ${RECOVERY / 1000} seconds`);
  }

  async #check(figures: FaultFigures): Promise<void> {
    const keys = await this.stage.keysWithoutExpiry();
    if (keys.length > 0) figures.findings.push(`keys without expiry: ${keys.slice(0, 5).join(' ')}`);
    if (this.stage.crashed > 0) figures.findings.push(`${this.stage.crashed} processes ended by themselves`);
  }

  async #pause(longest: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#faults.integer(0, longest)));
  }
}

import type { Random } from '../../scripts/sample-data/random';
import type { JobEnd, Stage } from './stage';

/** Something that goes wrong while jobs run. */
export interface Fault {
  readonly name: string;
  /** How often it really hit something, since it was made: what that is, each fault says. A fault without hits proves nothing. */
  readonly hits: number;
  /** Told of the jobs that ran meanwhile, by faults whose hits are what jobs met. */
  onJob?(end: JobEnd): void;
  inject(stage: Stage, random: Random): Promise<void>;
  /** Ends it; what has no end of its own has nothing to do here. */
  heal(stage: Stage): Promise<void>;
}

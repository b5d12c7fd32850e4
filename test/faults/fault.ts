import type { Random } from '../../scripts/sample-data/random';
import type { Stage } from './stage';

/** Something that goes wrong while jobs run. */
export interface Fault {
  readonly name: string;
  inject(stage: Stage, random: Random): Promise<void>;
  /** Ends it; what has no end of its own has nothing to do here. */
  heal(stage: Stage): Promise<void>;
}

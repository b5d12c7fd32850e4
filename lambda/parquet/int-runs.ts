import type { IntColumn, IntRuns } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import type { Address, Kernels } from './kernels/kernels';

/** Runs are kept where they have so many rows in the mean: they then take less memory than their rows. */
const LEAST_MEAN_LENGTH = 2;

/** Room for more runs than are to be expected, so that it need not be had again. */
const SPARE = 1.1;

/** A column of which equal values tend to lie side by side, as the group IDs of a sorted file do, as long as they do. */
export class IntRunsBuilder {
  private starts = new Int32Array(0);
  private values = new Float64Array(0);
  private size = 0;
  private rows = 0;

  constructor(
    private readonly rowCount: number,
    private readonly memory: PartMemory,
  ) {}

  /** Takes the doubles of a page, which lie in the kernels' memory. False where they are not taken: there are too many runs, or rows are left out. */
  append(kernels: Kernels, doubles: Address, rows: number, firstRow: number): boolean {
    if (firstRow !== this.rows) return false;
    const starts = kernels.allocate(rows * 4);
    const values = kernels.allocate(rows * 8);
    const found = kernels.run.findRuns64(doubles, rows, firstRow, starts, values);
    if ((this.size + found) * LEAST_MEAN_LENGTH > firstRow + rows) return false;
    const [newStarts, newValues] = [kernels.int32s(starts, found), kernels.doubles(values, found)];
    const known = this.size > 0 && this.values[this.size - 1] === newValues[0] ? 1 : 0;
    this.rows += rows;
    this.makeRoom(found);
    this.starts.set(newStarts.subarray(known), this.size);
    this.values.set(newValues.subarray(known), this.size);
    this.size += found - known;
    return true;
  }

  /** Writes the rows taken so far to an array of all rows. */
  spread(rows: Float64Array): void {
    spread(this.finish(), rows);
  }

  /** The runs so far. */
  finish(): IntRuns {
    this.makeRoom(1);
    this.starts[this.size] = this.rows;
    return { starts: this.starts.subarray(0, this.size + 1), values: this.values.subarray(0, this.size) };
  }

  /** For so many more runs and the last entry of `starts`. */
  private makeRoom(more: number): void {
    const needed = this.size + more + 1;
    if (needed <= this.starts.length) return;
    const runsPerRow = this.rows === 0 ? 0 : (this.size + more) / this.rows;
    const capacity = Math.max(needed, Math.ceil(runsPerRow * this.rowCount * SPARE));
    const { starts, values } = this;
    this.starts = this.memory.integers(capacity);
    this.starts.set(starts);
    this.values = this.memory.doubles(capacity);
    this.values.set(values);
  }
}

/** A column that is only written out row by row once somebody asks for that. */
export function columnOfRuns(runs: IntRuns, memory: PartMemory): IntColumn {
  let values: Float64Array | null = null;
  return {
    type: 'INT',
    nulls: null,
    runs,
    get values() {
      if (values !== null) return values;
      values = memory.doubles(runs.starts[runs.values.length]);
      spread(runs, values);
      return values;
    },
  };
}

function spread({ starts, values }: IntRuns, rows: Float64Array): void {
  for (let run = 0; run < values.length; run++) {
    const value = values[run];
    for (let row = starts[run]; row < starts[run + 1]; row++) rows[row] = value;
  }
}

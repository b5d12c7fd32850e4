import type { IntColumn, IntRuns } from '../engine/columns';
import { halvesOf, ofHalves } from '../engine/number-table';
import type { PartMemory } from '../engine/part-memory';
import type { Address, Kernels } from './kernels/kernels';

/** Runs are kept where they have so many rows in the mean: they then take less memory than their rows. */
const LEAST_MEAN_LENGTH = 2;

/** Room for more runs than are to be expected, so that it need not be had again. */
const SPARE = 1.1;

/** Types of an integer column's values. */
export type Integers = IntColumn['values'];

/** Runs of a page, in the kernels' memory: where each starts, and its value. */
export interface PageRuns {
  readonly count: number;
  readonly rows: number;
  readonly starts: Address;
  /** 64 bits each. */
  readonly values: Address;
}

/** A column of which equal values tend to lie side by side, as the group IDs of a sorted file do, as long as they do: of doubles, or of integers of 64 bits. */
export class IntRunsBuilder {
  private starts = new Int32Array(0);
  /** Doubles, or bits of integers. */
  private values = new Float64Array(0);
  private size = 0;
  private rows = 0;
  private ascend = true;

  constructor(
    private readonly rowCount: number,
    private readonly memory: PartMemory,
  ) {}

  /** The runs of a page's values, 64 bits each, which lie in the kernels' memory. Null where they are not to be taken: there are too many, or rows are left out. */
  find(kernels: Kernels, values64: Address, rows: number, firstRow: number): PageRuns | null {
    if (firstRow !== this.rows) return null;
    const starts = kernels.allocate(rows * 4);
    const values = kernels.allocate(rows * 8);
    const count = kernels.run.findRuns64(values64, rows, firstRow, starts, values);
    return (this.size + count) * LEAST_MEAN_LENGTH > firstRow + rows ? null : { count, rows, starts, values };
  }

  /** Takes the runs of the next page, whose values are of the type that those before are: doubles, or bits of integers. */
  append(kernels: Kernels, { count, rows, starts, values }: PageRuns, areDoubles: boolean): void {
    const [newStarts, newValues] = [kernels.int32s(starts, count), kernels.doubles(values, count)];
    const known = this.size > 0 && sameBits(this.values, this.size - 1, newValues, 0) ? 1 : 0;
    const ascend = areDoubles ? kernels.run.ascendDoubles : kernels.run.ascendIntegers;
    this.ascend &&= ascend(values, count) === 1 && (this.size === 0 || known === 1 || this.isBelow(newValues, areDoubles));
    this.rows += rows;
    this.makeRoom(count);
    this.starts.set(newStarts.subarray(known), this.size);
    halvesOf(this.values).set(halvesOf(newValues).subarray(2 * known), 2 * this.size);
    this.size += count - known;
  }

  /** Makes integers of 64 bits of the doubles taken so far. */
  widen(): void {
    const wide = new BigInt64Array(this.values.buffer, this.values.byteOffset, this.values.length);
    for (let run = 0; run < this.size; run++) wide[run] = BigInt(this.values[run]);
  }

  get rowsTaken(): number {
    return this.rows;
  }

  /** Writes the rows taken so far to an array of all rows. */
  spread(rows: Integers): void {
    spread(this.finish(rows), rows);
  }

  /** The runs so far. @param like what the values are */
  finish(like: Integers): IntRuns {
    this.makeRoom(1);
    this.starts[this.size] = this.rows;
    return { starts: this.starts.subarray(0, this.size + 1), values: ofHalves(like, halvesOf(this.values.subarray(0, this.size))), ascend: this.ascend };
  }

  /** Whether the last run's value is below the first of others, of which there is one at least. */
  private isBelow(others: Float64Array, areDoubles: boolean): boolean {
    if (areDoubles) return this.values[this.size - 1] < others[0];
    const [ofRuns, ofOthers] = [halvesOf(this.values), halvesOf(others)];
    const high = ofRuns[2 * this.size - 1];
    return high < ofOthers[1] || (high === ofOthers[1] && ofRuns[2 * this.size - 2] >>> 0 < ofOthers[0] >>> 0);
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
    halvesOf(this.values).set(halvesOf(values));
  }
}

/** A column in another form than row by row, whose values are only made once somebody asks for them. */
export function columnOf(form: Pick<IntColumn, 'runs' | 'small' | 'marks' | 'heldBytes'>, writeOut: () => Integers): IntColumn {
  let values: Integers | null = null;
  return { type: 'INT', nulls: null, ...form, get values() { return (values ??= writeOut()); } };
}

export function columnOfRuns(runs: IntRuns, memory: PartMemory): IntColumn {
  return columnOf({ runs }, () => {
    const values = ofHalves(runs.values, halvesOf(memory.doubles(runs.starts[runs.values.length])));
    spread(runs, values);
    return values;
  });
}

function spread({ starts, values }: IntRuns, rows: Integers): void {
  const [from, to] = [halvesOf(values), halvesOf(rows)];
  for (let run = 0; run < values.length; run++) {
    const low = from[2 * run];
    const high = from[2 * run + 1];
    for (let row = starts[run]; row < starts[run + 1]; row++) {
      to[2 * row] = low;
      to[2 * row + 1] = high;
    }
  }
}

function sameBits(left: Float64Array, leftIndex: number, right: Float64Array, rightIndex: number): boolean {
  const [ofLeft, ofRight] = [halvesOf(left), halvesOf(right)];
  return ofLeft[2 * leftIndex] === ofRight[2 * rightIndex] && ofLeft[2 * leftIndex + 1] === ofRight[2 * rightIndex + 1];
}

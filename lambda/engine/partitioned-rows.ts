import type { IntColumn, StringColumn } from './columns';
import { FEWEST_KERNEL_ROWS, groupingKernelFor } from './kernels/grouping-kernel';
import { dealingOf, dealPairs, longestRange, type Dealing, type RowMoves } from './moved-rows';
import { halvesOf, hashHalves, NumberTable } from './number-table';

/** Rows of an average partition: it then fits into a core's own cache, with its groups and its share of the order. */
const ROWS_PER_PARTITION = 16384;

/** More partitions would be more places to write to than a processor keeps at hand. */
const MAX_PARTITION_BITS = 9;

/** Integers are taken for numbers of groups, which need no hashing, where they span no more than so many times the rows. */
const MOST_NUMBERS_PER_ROW = 4;

/** Groups in no particular order, their rows in the order of the file. */
export interface PartitionedGroups {
  readonly order: RowMoves;
  /** Row of the part where each group starts, and one last entry: the number of rows. */
  readonly groupStarts: Int32Array;
}

/**
 * Groups the rows of a file that has them in any order. Their group IDs are first dealt out to partitions, by a hash or by the
 * upper bits of numbers that are near each other; then each partition is grouped within the processor's cache. So no row is
 * looked for all over memory.
 * @param column not empty, without nulls
 */
export function groupPartitioned(column: IntColumn | StringColumn): PartitionedGroups {
  if (column.type === 'STRING') return groupByNumber({ values: column.codes, least: 0, span: column.dictionary.length });
  const numbers = denseNumbers(column.values);
  return numbers === null ? groupByHash(halvesOf(column.values)) : groupByNumber(numbers);
}

function partitionBits(rows: number): number {
  return Math.min(MAX_PARTITION_BITS, Math.max(0, Math.ceil(Math.log2(rows / ROWS_PER_PARTITION))));
}

/** Numbers at or above `least`, and below `least + span`. */
interface DenseNumbers {
  readonly values: Float64Array | Int32Array;
  readonly least: number;
  readonly span: number;
}

/** Where numbers are spread further, the first few mostly tell. */
function denseNumbers(values: IntColumn['values']): DenseNumbers | null {
  if (!(values instanceof Float64Array)) return null;
  const mostSpan = MOST_NUMBERS_PER_ROW * values.length;
  let least = Infinity;
  let greatest = -Infinity;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value >= least && value <= greatest) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    if (greatest - least >= mostSpan) return null;
  }
  return { values, least, span: greatest - least + 1 };
}

function groupByNumber({ values, least, span }: DenseNumbers): PartitionedGroups {
  const rows = values.length;
  const shift = Math.max(0, 32 - Math.clz32(span - 1) - partitionBits(rows));
  const partitions = new Uint16Array(rows);
  for (let row = 0; row < rows; row++) partitions[row] = (values[row] - least) >>> shift;
  const dealing = dealingOf(partitions);

  const numbersPerPartition = 2 ** shift;
  const numbers = new Int32Array(rows);
  const next = dealing.starts.slice();
  for (let row = 0; row < rows; row++) numbers[next[partitions[row]]++] = (values[row] - least) & (numbersPerPartition - 1);
  return groupEach(dealing, (start, end, groupStarts, places) => placeByNumber(numbers.subarray(start, end), numbersPerPartition, start, groupStarts, places));
}

/** As `groupByNumber`, of values given as halves, which are numbered within their partition by a small hash table. */
function groupByHash(halves: Int32Array): PartitionedGroups {
  const rows = halves.length / 2;
  const count = 2 ** partitionBits(rows);
  const partitions = new Uint16Array(rows);
  for (let row = 0; row < rows; row++) partitions[row] = hashHalves(halves[2 * row], halves[2 * row + 1]) & (count - 1);
  const dealing = dealingOf(partitions);
  const dealt = new Int32Array(2 * rows);
  dealPairs(halves, dealt, dealing);
  const kernel = rows < FEWEST_KERNEL_ROWS ? null : groupingKernelFor(longestRange(dealing.starts));
  return groupEach(dealing, (start, end, groupStarts, places) => {
    const ids = dealt.subarray(2 * start, 2 * end);
    return kernel === null ? placeById(ids, start, groupStarts, places) : kernel.group(ids, start, groupStarts, places);
  });
}

/** Groups one partition. @returns the number of its groups */
type GroupPartition = (start: number, end: number, groupStarts: Int32Array, places: Int32Array) => number;

/** @param group is given where the partition's first group and its first row go */
function groupEach(dealing: Dealing, group: GroupPartition): PartitionedGroups {
  const { partitions, starts } = dealing;
  const rows = partitions.length;
  const places = new Int32Array(rows);
  const groupStarts = new Int32Array(rows + 1);
  let groups = 0;
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    const start = starts[partition];
    const end = starts[partition + 1];
    if (end > start) groups += group(start, end, groupStarts.subarray(groups), places.subarray(start, end));
  }
  groupStarts[groups] = rows;
  return { order: { dealing: starts.length > 2 ? dealing : null, places }, groupStarts: groupStarts.slice(0, groups + 1) };
}

/** Puts the rows of each number side by side, by a counting sort. */
function placeByNumber(numbers: Int32Array, count: number, start: number, groupStarts: Int32Array, places: Int32Array): number {
  const next = new Int32Array(count);
  for (let row = 0; row < numbers.length; row++) next[numbers[row]] += 1;
  let groups = 0;
  let place = 0;
  for (let number = 0; number < count; number++) {
    const rowsOf = next[number];
    next[number] = place;
    // Overwritten where it has no rows.
    groupStarts[groups] = start + place;
    groups += Number(rowsOf !== 0);
    place += rowsOf;
  }
  for (let row = 0; row < numbers.length; row++) places[next[numbers[row]]++] = row;
  return groups;
}

/** The kernel's work without it. @param ids in halves */
function placeById(ids: Int32Array, start: number, groupStarts: Int32Array, places: Int32Array): number {
  const table = new NumberTable();
  const numbers = new Int32Array(places.length);
  for (let row = 0; row < numbers.length; row++) numbers[row] = table.codeOf(ids[2 * row], ids[2 * row + 1]);
  return placeByNumber(numbers, table.size, start, groupStarts, places);
}

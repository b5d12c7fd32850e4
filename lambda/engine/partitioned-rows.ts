import { rowKeysOf, type IntColumn, type StringColumn } from './columns';
import { FEWEST_KERNEL_ROWS, groupingKernelFor } from './kernels/grouping-kernel';
import { hashingKernel, type Hashed } from './kernels/hashing-kernel';
import { bitsOf, dealRows, longestRange, startsOf, type Dealing, type RowMoves } from './moved-rows';
import { halvesOf, hashHalves, NumberTable } from './number-table';
import { PartMemory } from './part-memory';

/** Rows of an average partition: it then fits into a core's own cache, with its groups and its share of the order. */
const ROWS_PER_PARTITION = 16384;

/** More partitions would be more places to write to than a processor keeps at hand. */
const MAX_PARTITION_BITS = 9;

/** Groups in no particular order, their rows in the order of the file. */
export interface PartitionedGroups {
  readonly order: RowMoves;
  /** Row of the part where each group starts, and one last entry: the number of rows. */
  readonly groupStarts: Int32Array;
}

/**
 * Groups the rows of a file that has them in any order. Their group IDs are first dealt out to partitions, by a hash; then each
 * partition is grouped within the processor's cache. So no row is looked for all over memory.
 * @param column not empty, without nulls
 * @param memory for what it comes to
 */
export function groupPartitioned(column: IntColumn | StringColumn, memory: PartMemory): PartitionedGroups {
  const scratch = new PartMemory();
  const keys = rowKeysOf(column);
  const grouped = keys instanceof Int32Array ? groupSmall(keys, { memory, scratch }) : groupIntegers(keys, { memory, scratch });
  scratch.giveBack();
  return grouped;
}

function partitionBits(rows: number): number {
  return Math.min(MAX_PARTITION_BITS, Math.max(0, Math.ceil(Math.log2(rows / ROWS_PER_PARTITION))));
}

/** Memory for what is kept, and for what is given back in the end. */
interface Memories {
  readonly memory: PartMemory;
  readonly scratch: PartMemory;
}

function groupSmall(integers: Int32Array, memories: Memories): PartitionedGroups {
  const hashed = roomFor(integers.length, memories);
  hashingKernel().hash(integers, hashed);
  return groupHashed(hashed, memories);
}

function groupIntegers(values: IntColumn['values'], memories: Memories): PartitionedGroups {
  if (values instanceof Float64Array) {
    const hashed = roomFor(values.length, memories);
    if (hashingKernel().hash(values, hashed)) return groupHashed(hashed, memories);
  }
  return groupHalves(halvesOf(values), memories);
}

function roomFor(rows: number, { memory, scratch }: Memories): Hashed {
  return { hashes: scratch.integers(rows), partitions: memory.shorts(rows), rowsOf: new Int32Array(2 ** partitionBits(rows)) };
}

/** Of 32 bits: hashes differ where values do, and are dealt out in their stead. */
function groupHashed({ hashes, partitions, rowsOf }: Hashed, memories: Memories): PartitionedGroups {
  const dealing = { partitions, starts: startsOf(rowsOf) };
  const dealt = memories.scratch.integers(hashes.length);
  dealRows(hashes, dealt, dealing);
  return groupEach(dealing, dealt, memories);
}

/** Of values of 64 bits, given as halves. */
function groupHalves(halves: Int32Array, memories: Memories): PartitionedGroups {
  const rows = halves.length / 2;
  const count = 2 ** partitionBits(rows);
  const partitions = memories.memory.shorts(rows);
  const rowsOf = new Int32Array(count);
  for (let row = 0; row < rows; row++) {
    const partition = hashHalves(halves[2 * row], halves[2 * row + 1]) & (count - 1);
    partitions[row] = partition;
    rowsOf[partition] += 1;
  }
  const dealing = { partitions, starts: startsOf(rowsOf) };
  const dealt = memories.scratch.integers(2 * rows);
  dealRows(bitsOf(halves), bitsOf(dealt), dealing);
  return groupEach(dealing, dealt, memories);
}

/** @param keys that were dealt out: a hash of 32 bits for each row, or two halves of 64 bits */
function groupEach(dealing: Dealing, keys: Int32Array, { memory, scratch }: Memories): PartitionedGroups {
  const { partitions, starts } = dealing;
  const rows = partitions.length;
  const width = keys.length / rows;
  const kernel = rows < FEWEST_KERNEL_ROWS ? null : groupingKernelFor(longestRange(starts));
  const places = memory.integers(rows);
  const groupStarts = scratch.integers(rows + 1);
  let groups = 0;
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    const start = starts[partition];
    const end = starts[partition + 1];
    if (start === end) continue;
    const ofPartition = keys.subarray(width * start, width * end);
    const [itsStarts, itsPlaces] = [groupStarts.subarray(groups), places.subarray(start, end)];
    groups += kernel === null ? groupWithoutKernel(ofPartition, start, itsStarts, itsPlaces) : kernel.group(ofPartition, start, itsStarts, itsPlaces);
  }
  groupStarts[groups] = rows;
  return { order: { dealing: starts.length > 2 ? dealing : null, places }, groupStarts: groupStarts.slice(0, groups + 1) };
}

/** As the kernel's `group`. */
function groupWithoutKernel(keys: Int32Array, start: number, groupStarts: Int32Array, places: Int32Array): number {
  const rows = places.length;
  const isPair = keys.length > rows;
  const table = new NumberTable();
  const numbers = new Int32Array(rows);
  for (let row = 0; row < rows; row++) numbers[row] = isPair ? table.codeOf(keys[2 * row], keys[2 * row + 1]) : table.codeOf(keys[row], 0);
  const rowsOf = new Int32Array(table.size);
  for (let row = 0; row < rows; row++) rowsOf[numbers[row]] += 1;
  const next = startsOf(rowsOf);
  for (let group = 0; group < table.size; group++) groupStarts[group] = start + next[group];
  for (let row = 0; row < rows; row++) places[next[numbers[row]]++] = row;
  return table.size;
}

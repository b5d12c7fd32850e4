import type { IntColumn, StringColumn } from './columns';
import { DEALT_INTEGERS, FEWEST_KERNEL_ROWS, groupingKernelFor, slotBits } from './kernels/grouping-kernel';
import { halvesOf, hashHalves } from './number-table';
import { sortGroups } from './time-order';

/** Rows of an average partition: it then fits into a core's own cache, with its groups and its share of the order. */
const ROWS_PER_PARTITION = 16384;

/** More partitions would be more places to write to than a processor keeps at hand. */
const MAX_PARTITION_BITS = 9;

/** Integers are taken for numbers of groups, which need no hashing, where they span no more than so many times the rows. */
const MOST_NUMBERS_PER_ROW = 4;

/** Groups in no particular order, their rows in time order, equal times in the order of the file. */
export interface OrderedGroups {
  readonly order: Int32Array;
  /** Place where each group starts, and one last entry: the number of rows. */
  readonly groupStarts: Int32Array;
  /** Rows' times in the new order. */
  readonly times: Float64Array;
}

/**
 * Groups and orders the rows of a file that has them in any order. Rows are first dealt out to partitions, by a hash of their
 * group or by the upper bits of its number, along with group and time; then each partition is grouped within the processor's
 * cache. So no row is looked for all over memory.
 * @param column not empty, without nulls
 */
export function orderPartitioned(column: IntColumn | StringColumn, times: Float64Array): OrderedGroups {
  const rows = times.length;
  const output: OrderedGroups = { order: new Int32Array(rows), groupStarts: new Int32Array(rows + 1), times: new Float64Array(rows) };
  const partitionBits = Math.min(MAX_PARTITION_BITS, Math.max(0, Math.ceil(Math.log2(rows / ROWS_PER_PARTITION))));
  const { groups, inTimeOrder } = column.type === 'STRING'
    ? groupByNumber({ values: column.codes, least: 0, span: column.dictionary.length }, times, partitionBits, output)
    : groupIntegers(column.values, times, partitionBits, output);
  const groupStarts = output.groupStarts.slice(0, groups + 1);
  groupStarts[groups] = rows;
  if (!inTimeOrder) sortGroups(output.order, output.times, groupStarts);
  return { ...output, groupStarts };
}

/** How many groups were made, and whether their rows were put in time order as well. */
interface Grouped {
  readonly groups: number;
  readonly inTimeOrder: boolean;
}

/** Numbers at or above `least`, and below `least + span`. */
interface DenseNumbers {
  readonly values: Float64Array | Int32Array;
  readonly least: number;
  readonly span: number;
}

function groupIntegers(values: IntColumn['values'], times: Float64Array, partitionBits: number, output: OrderedGroups): Grouped {
  const numbers = values instanceof Float64Array ? denseNumbers(values) : null;
  return numbers === null ? groupByHash(halvesOf(values), times, partitionBits, output) : groupByNumber(numbers, times, partitionBits, output);
}

/** Where numbers are spread further, the first few mostly tell. */
function denseNumbers(values: Float64Array): DenseNumbers | null {
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

/** Rows of a group are put side by side, in the order of the file */
function groupByNumber({ values, least, span }: DenseNumbers, times: Float64Array, partitionBits: number, { order, groupStarts, times: moved }: OrderedGroups): Grouped {
  const rows = times.length;
  const shift = Math.max(0, 32 - Math.clz32(span - 1) - partitionBits);
  const partitions = ((span - 1) >>> shift) + 1;
  const partitionStarts = new Int32Array(partitions + 1);
  for (let row = 0; row < rows; row++) partitionStarts[((values[row] - least) >>> shift) + 1] += 1;
  for (let partition = 0; partition < partitions; partition++) partitionStarts[partition + 1] += partitionStarts[partition];

  // Of each row its time, number and place in the file side by side, so that a partition is one place to write to.
  const next = partitionStarts.slice();
  const dealtTimes = new Float64Array(2 * rows);
  const dealt = new Int32Array(dealtTimes.buffer);
  for (let row = 0; row < rows; row++) {
    const number = (values[row] - least) | 0;
    const place = next[number >>> shift]++;
    dealtTimes[2 * place] = times[row];
    dealt[4 * place + 2] = number;
    dealt[4 * place + 3] = row;
  }

  const numbersPerPartition = 2 ** shift;
  const nextOf = new Int32Array(numbersPerPartition);
  let groups = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const start = partitionStarts[partition];
    const end = partitionStarts[partition + 1];
    nextOf.fill(0);
    for (let place = start; place < end; place++) nextOf[dealt[4 * place + 2] & (numbersPerPartition - 1)] += 1;
    let nextStart = start;
    for (let number = 0; number < numbersPerPartition; number++) {
      const rowsOf = nextOf[number];
      nextOf[number] = nextStart;
      groupStarts[groups] = nextStart;
      groups += Number(rowsOf !== 0);
      nextStart += rowsOf;
    }
    for (let place = start; place < end; place++) {
      const target = nextOf[dealt[4 * place + 2] & (numbersPerPartition - 1)]++;
      order[target] = dealt[4 * place + 3];
      moved[target] = dealtTimes[2 * place];
    }
  }
  return { groups, inTimeOrder: false };
}

/** As `groupByNumber`, of values given as halves: each partition has a small hash table, with linear probing. */
function groupByHash(halves: Int32Array, times: Float64Array, partitionBits: number, output: OrderedGroups): Grouped {
  const rows = times.length;
  const partitions = 2 ** partitionBits;
  const partitionStarts = new Int32Array(partitions + 1);
  for (let row = 0; row < rows; row++) partitionStarts[(hashHalves(halves[2 * row], halves[2 * row + 1]) & (partitions - 1)) + 1] += 1;
  const most = partitionStarts.reduce((greatest, each) => Math.max(greatest, each));
  for (let partition = 0; partition < partitions; partition++) partitionStarts[partition + 1] += partitionStarts[partition];

  // As above, with room for a group's number within its partition.
  const next = partitionStarts.slice();
  const dealtTimes = new Float64Array((DEALT_INTEGERS / 2) * rows);
  const dealt = new Int32Array(dealtTimes.buffer);
  for (let row = 0; row < rows; row++) {
    const low = halves[2 * row];
    const high = halves[2 * row + 1];
    const place = next[hashHalves(low, high) & (partitions - 1)]++;
    dealtTimes[3 * place] = times[row];
    dealt[6 * place + 2] = low;
    dealt[6 * place + 3] = high;
    dealt[6 * place + 4] = row;
  }

  const kernel = rows < FEWEST_KERNEL_ROWS ? null : groupingKernelFor(most);
  if (kernel === null) return { groups: groupDealt(dealt, dealtTimes, partitionStarts, most, output), inTimeOrder: false };
  let groups = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const start = partitionStarts[partition];
    const end = partitionStarts[partition + 1];
    const places = { groupStarts: output.groupStarts.subarray(groups), order: output.order.subarray(start, end), times: output.times.subarray(start, end) };
    groups += kernel.group(dealt.subarray(DEALT_INTEGERS * start, DEALT_INTEGERS * end), start, places);
  }
  return { groups, inTimeOrder: true };
}

/** The kernel's work without it, but for the order of time. @returns the number of groups */
function groupDealt(dealt: Int32Array, dealtTimes: Float64Array, partitionStarts: Int32Array, most: number, { order, groupStarts, times: moved }: OrderedGroups): number {
  const table = new Int32Array(2 ** slotBits(most));
  const nextOf = new Int32Array(most);
  const firstOf = new Int32Array(most);
  let groups = 0;
  for (let partition = 0; partition + 1 < partitionStarts.length; partition++) {
    const start = partitionStarts[partition];
    const end = partitionStarts[partition + 1];
    const bits = slotBits(end - start);
    const slots = table.subarray(0, 2 ** bits).fill(0);
    let inPartition = 0;
    for (let place = start; place < end; place++) {
      const low = dealt[6 * place + 2];
      const high = dealt[6 * place + 3];
      let slot = hashHalves(low, high) >>> (32 - bits);
      let known = slots[slot];
      while (known !== 0 && (dealt[6 * firstOf[known - 1] + 2] !== low || dealt[6 * firstOf[known - 1] + 3] !== high)) {
        slot = (slot + 1) & (slots.length - 1);
        known = slots[slot];
      }
      if (known === 0) {
        firstOf[inPartition] = place;
        nextOf[inPartition] = 0;
        inPartition += 1;
        known = inPartition;
        slots[slot] = known;
      }
      nextOf[known - 1] += 1;
      dealt[6 * place + 5] = known - 1;
    }
    let nextStart = start;
    for (let number = 0; number < inPartition; number++) {
      const rowsOf = nextOf[number];
      nextOf[number] = nextStart;
      groupStarts[groups + number] = nextStart;
      nextStart += rowsOf;
    }
    groups += inPartition;
    for (let place = start; place < end; place++) {
      const target = nextOf[dealt[6 * place + 5]]++;
      order[target] = dealt[6 * place + 4];
      moved[target] = dealtTimes[3 * place];
    }
  }
  return groups;
}

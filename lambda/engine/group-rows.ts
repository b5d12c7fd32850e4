import { rowKeysOf, type IntColumn, type IntRuns, type StringColumn } from './columns';
import { halvesOf, NumberTable } from './number-table';

/**
 * Where groups start, and one last entry, the number of rows: if each group's rows lie side by side, as in most files; else null.
 * Groups are the equal values of a column without nulls. A run of them is a group where no other run has the same value.
 */
export function groupsSideBySide(column: IntColumn | StringColumn): Int32Array | null {
  if (column.type === 'INT' && column.runs !== undefined) return distinctRuns(column.runs);
  const keys = rowKeysOf(column);
  return keys instanceof Int32Array ? runsOfSmall(keys) : runsOfIntegers(halvesOf(keys));
}

/** Whether the first rows of each group lie side by side: then all do, in most files. */
export function beginsSideBySide(column: IntColumn | StringColumn): boolean {
  if (column.type === 'INT' && column.runs !== undefined) return true;
  const keys = rowKeysOf(column);
  return (keys instanceof Int32Array ? runsOfSmall(keys.subarray(0, ROWS_BETWEEN_CHECKS)) : runsOfIntegers(halvesOf(keys).subarray(0, 2 * ROWS_BETWEEN_CHECKS))) !== null;
}

/** Where runs start, if no value has two; else null. */
function distinctRuns({ starts, values, ascend }: IntRuns): Int32Array | null {
  if (ascend) return starts;
  const halves = halvesOf(values);
  const distinct = new NumberTable();
  for (let run = 0; run < values.length; run++) if (distinct.codeOf(halves[2 * run], halves[2 * run + 1]) !== run) return null;
  return starts;
}

/** Rows between looks at whether runs can still be groups. */
const ROWS_BETWEEN_CHECKS = 4096;

/** Writes down rows where runs start as the next of `starts`: those from `first` up to `until`. */
type FindStarts = (starts: Int32Array, runs: number, first: number, until: number) => { readonly runs: number; readonly ascends: boolean };

/**
 * Where runs of equal values start, if no value has two runs; else null. While values ascend none can; from then on the runs' values are
 * looked up.
 * @param numberOf the number of a row's value among distinct ones
 */
function startsOfRuns(rows: number, findStarts: FindStarts, numberOf: (distinct: NumberTable, row: number) => number): Int32Array | null {
  if (rows === 0) return new Int32Array(1);
  // A shuffled file tells by its first rows: no memory is taken for the others.
  if (rows > ROWS_BETWEEN_CHECKS && startsOfRuns(ROWS_BETWEEN_CHECKS, findStarts, numberOf) === null) return null;
  const starts = new Int32Array(rows + 2);
  const distinct = new NumberTable();
  let runs = 1;
  let ascend = true;
  for (let first = 1; first < rows; first += ROWS_BETWEEN_CHECKS) {
    const found = findStarts(starts, runs, first, Math.min(rows, first + ROWS_BETWEEN_CHECKS));
    runs = found.runs;
    ascend &&= found.ascends;
    if (ascend) continue;
    while (distinct.size < runs) {
      const run = distinct.size;
      if (numberOf(distinct, starts[run]) !== run) return null;
    }
  }
  starts[runs] = rows;
  return starts.slice(0, runs + 1);
}

/**
 * Of values of 64 bits, which ascend as bit patterns go. Nothing branches on a run's end, which no processor can foresee: each row is
 * written down as a start, over the last one that was none.
 */
function runsOfIntegers(halves: Int32Array): Int32Array | null {
  const findStarts: FindStarts = (starts, runs, first, until) => {
    let descents = 0;
    for (let row = first; row < until; row++) {
      const low = halves[2 * row];
      const high = halves[2 * row + 1];
      const lastLow = halves[2 * row - 2];
      const lastHigh = halves[2 * row - 1];
      starts[runs] = row;
      runs += Number(((low ^ lastLow) | (high ^ lastHigh)) !== 0);
      descents |= Number(high < lastHigh) | (Number(high === lastHigh) & Number(low >>> 0 < lastLow >>> 0));
    }
    return { runs, ascends: descents === 0 };
  };
  return startsOfRuns(halves.length / 2, findStarts, (distinct, row) => distinct.codeOf(halves[2 * row], halves[2 * row + 1]));
}

/** The same of 32 bits; codes that are numbered as they first occur ascend. */
function runsOfSmall(keys: Int32Array): Int32Array | null {
  const findStarts: FindStarts = (starts, runs, first, until) => {
    let descents = 0;
    let last = keys[first - 1];
    for (let row = first; row < until; row++) {
      const key = keys[row];
      starts[runs] = row;
      runs += Number(key !== last);
      descents |= Number(key < last);
      last = key;
    }
    return { runs, ascends: descents === 0 };
  };
  return startsOfRuns(keys.length, findStarts, (distinct, row) => distinct.codeOf(keys[row], 0));
}

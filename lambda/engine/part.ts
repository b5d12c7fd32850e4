import { MOST_BYTE_CODES, type Codes } from './codes';
import { rowKeysOf, type Column, type IntColumn, type StringColumn } from './columns';
import { GroupIdError, TimestampError } from './errors';
import type { JudgedStrings } from './judged-strings';
import { PartColumns } from './part-columns';
import { PartMemory } from './part-memory';
import { PartKernels } from './kernels/part-kernels';
import { beginsSideBySide } from './group-rows';
import { joinMoves, orderColumn, type RowOrder } from './moved-rows';
import { groupRows, orderRows, orderWithin } from './row-order';
import { tiesOf, type Ties, type TimeColumn } from './time-ties';

/** Rows' times in ascending order within each group, in the timestamp column's unit. */
export type Times = Float64Array | BigInt64Array | BigUint64Array;

/** Where a part's rows go in memory: by group, and within a group by time. It depends on no query. */
export interface RowLayout {
  /** Takes a column from the order of the file to that of the part. */
  readonly order: RowOrder;
  /** Row where each group starts, and one last entry: the number of rows. */
  readonly groupStarts: Int32Array;
  /** Rows' times, in the order of the part. */
  readonly times: TimeColumn;
  /** Where they were found out on the way. */
  readonly ties?: Ties;
}

/** Where a part's rows go as long as no query has asked when they happened: by group, and within a group as the file has them. */
export interface GroupLayout extends Omit<RowLayout, 'times' | 'ties'> {
  readonly times: null;
}

/** Below so many rows the memory that kernels need is not worth its while. */
const MIN_KERNEL_ROWS = 8192;

/**
 * A part ready for queries: rows of a group side by side and in time order. Building it is the expensive half of a
 * query, and depends on no query: it is what a worker keeps for the next one.
 */
export class Part extends PartColumns {
  #ties: Ties | null = null;
  #kernels: PartKernels | null = null;

  /** @param columns ordered as the layout has it */
  constructor(private readonly layout: RowLayout | GroupLayout, columns: ReadonlyMap<string, Column>, judgedStrings?: JudgedStrings) {
    super(columns, layout.groupStarts[layout.groupStarts.length - 1], judgedStrings);
  }

  /** @throws Error where the caller did not load them: a mistake in the caller. */
  get times(): Times {
    if (this.layout.times === null) throw new Error('times were not loaded');
    return this.layout.times.values;
  }

  /** Row where each group starts, and one last entry: the number of rows. */
  get groupStarts(): Int32Array {
    return this.layout.groupStarts;
  }

  get groupCount(): number {
    return this.groupStarts.length - 1;
  }

  /**
   * What walks rows faster, made once per part, of many rows: for codes of one of its columns, where they fit into bytes; else null.
   * @throws RangeError where there is no memory to be had.
   */
  kernelsFor(codes: Codes, size: number): PartKernels | null {
    if (this.rowCount < MIN_KERNEL_ROWS || size > MOST_BYTE_CODES || !this.isOfColumn(codes)) return null;
    this.#kernels ??= new PartKernels(this.groupStarts);
    return this.#kernels;
  }

  /** Gives up what makes queries faster, for other parts; nothing is asked of the part afterwards. */
  end(): void {
    this.#kernels?.end();
    this.#kernels = null;
  }

  /** Rows that share a time, found out once per part. @throws Error where the layout has them in no order: a mistake in the caller. */
  ties(): Ties {
    this.#ties ??= (this.layout.times === null ? null : this.layout.ties) ?? tiesOf({ values: this.times }, this.groupStarts, new PartMemory());
    if (this.#ties === null) throw new Error('rows of a group are not in time order');
    return this.#ties;
  }
}

/**
 * Finds the layout of a part's rows, whatever order the file has them in. Where rows are to be moved, it has none of the columns' arrays.
 * @param columns as read, all of one length; must include the group-ID and timestamp columns.
 * @param memory for the layout; default: memory of its own
 * @throws GroupIdError, TimestampError where those columns hold nulls or are of a type that cannot serve.
 */
export function layOutRows(columns: ReadonlyMap<string, Column>, groupIdColumn: string, timestampColumn: string, memory = new PartMemory()): RowLayout {
  const times = timesOf(columns.get(timestampColumn), timestampColumn);
  return orderRows(groupIdsOf(columns.get(groupIdColumn), groupIdColumn), times, memory);
}

/**
 * Finds the layout for queries that do not ask when rows happened, which need not read times.
 * @param columns as read, all of one length; must include the group-ID column.
 * @param memory as for `layOutRows`
 * @throws GroupIdError where that column holds nulls or is of a type that cannot serve.
 */
export function layOutGroups(columns: ReadonlyMap<string, Column>, groupIdColumn: string, memory = new PartMemory()): GroupLayout {
  return groupRows(groupIdsOf(columns.get(groupIdColumn), groupIdColumn), memory);
}

/**
 * Group IDs of a part whose rows would have to be moved to be side by side, as numbers; null where they are so already, or have no such IDs.
 * @param columns as for `layOutGroups`
 * @throws GroupIdError as `layOutGroups`
 */
export function unmovedGroupIds(columns: ReadonlyMap<string, Column>, groupIdColumn: string): Float64Array | Int32Array | null {
  const column = groupIdsOf(columns.get(groupIdColumn), groupIdColumn);
  if (beginsSideBySide(column)) return null;
  const keys = rowKeysOf(column);
  return keys instanceof Int32Array || keys instanceof Float64Array ? keys : null;
}

/**
 * Finds the layout that `layOutRows` would have found, but for the order of groups, once the timestamp column is there as well.
 * @param timestamps the column as read
 * @returns the layout, and where its rows were in the former one
 * @throws TimestampError where that column holds nulls or is of a type that cannot serve.
 */
export function addTimes({ order, groupStarts }: GroupLayout, timestamps: Column | undefined, timestampColumn: string): { readonly layout: RowLayout; readonly moved: RowOrder } {
  const times = timesOf(timestamps && orderColumn(timestamps, order), timestampColumn);
  const within = orderWithin(groupStarts, times, new PartMemory());
  return { layout: { ...within, order: joinMoves(order, within.order) }, moved: within.order };
}

/** Orders a part's columns by group and time. @see layOutRows */
export function buildPart(columns: ReadonlyMap<string, Column>, groupIdColumn: string, timestampColumn: string): Part {
  const layout = layOutRows(columns, groupIdColumn, timestampColumn);
  return new Part(layout, new Map([...columns].map(([name, column]) => [name, orderColumn(column, layout.order)])));
}

function timesOf(column: Column | undefined, name: string): TimeColumn {
  if (column === undefined) throw new TimestampError(name, 'is missing');
  if (column.type !== 'INT' && column.type !== 'FLOAT') throw new TimestampError(name, `is of type ${column.type}`);
  if (column.type === 'INT' ? column.nulls !== null : column.values.some(Number.isNaN)) throw new TimestampError(name, 'holds nulls');
  return column;
}

function groupIdsOf(column: Column | undefined, name: string): IntColumn | StringColumn {
  if (column === undefined) throw new GroupIdError(name, 'is missing');
  if (column.type !== 'INT' && column.type !== 'STRING') throw new GroupIdError(name, `is of type ${column.type}`);
  if (column.type === 'INT' ? column.nulls?.includes(1) : !column.codes.areAllPresent) throw new GroupIdError(name, 'holds nulls');
  return column;
}

import { crc32 } from 'node:zlib';
import type { Column } from '../../engine/columns';
import { evaluatePart } from '../../engine/evaluate';
import { evaluateUnmoved } from '../../engine/evaluate-unmoved';
import { JudgedStrings } from '../../engine/judged-strings';
import { orderColumn, type RowOrder } from '../../engine/moved-rows';
import { Part, addTimes, layOutGroups, layOutRows } from '../../engine/part';
import type { GroupLayout, RowLayout } from '../../engine/part';
import { PartColumns } from '../../engine/part-columns';
import { PartMemory } from '../../engine/part-memory';
import type { PartialResult } from '../../engine/partial';
import type { ExpandedQuery } from '../../query/expanded';

/** Bytes of a string besides its characters, about, as V8 keeps it. */
const STRING_OVERHEAD = 24;

/** Of rows that are moved, at most: a place, a partition and a group's start. */
const LAYOUT_BYTES_PER_ROW = 10;

/** Of times once they are decoded, whatever their type. */
const BYTES_PER_TIME = 8;

/** Of codes that are bytes: their integers may come to be kept beside them. */
const BYTES_PER_CODE = 3;

/** Rows as the file has them. */
export interface UnmovedRows {
  readonly groupIds: Column;
  /** The same as numbers. */
  readonly groupNumbers: Float64Array | Int32Array;
  readonly groupIdColumn: string;
}

/** Columns as the file has them that answer one query's filters, and no others: of text that was judged while it was read. */
export interface JudgedColumns {
  readonly columns: ReadonlyMap<string, Column>;
  /** Of these; whoever asked for them gives it back. */
  readonly memory: PartMemory;
}

interface LaidOut {
  readonly layout: RowLayout | GroupLayout;
  /** What queries run on; it sees the columns that are added later. */
  readonly part: Part;
}

/**
 * A part as queries need it: its layout, and those of its columns that queries have asked for, in the layout's order. Where rows are
 * to be moved for that, the first query may be answered without, and they are moved once anything more is asked.
 */
export class CachedPart {
  /** When the file was last seen to be that of the dataset's version, by `performance.now()`. */
  checkedAt = -Infinity;
  readonly #columns = new Map<string, Column>();
  readonly #judgedStrings = new JudgedStrings();
  readonly #judgedNames = new Set<string>();
  /** Of columns, and of group IDs, as long as rows are not moved. */
  readonly #unmovedMemory = new PartMemory();
  #unmoved: UnmovedRows | null = null;
  #inOrder: LaidOut | null = null;
  #layoutChecksum: number | null = null;
  #wasAsked = false;
  #columnBytes = 0;
  #holders = 1;

  /**
   * Held by whoever makes it.
   * @param rows where they go, or as they are
   * @param memory for columns in the layout's order; default: of none
   */
  constructor(rows: RowLayout | GroupLayout | UnmovedRows, readonly memory = new PartMemory()) {
    if ('groupNumbers' in rows) this.#unmoved = rows;
    else this.#begin(rows);
  }

  get layout(): RowLayout | GroupLayout {
    return this.#laidOut().layout;
  }

  get part(): Part {
    return this.#laidOut().part;
  }

  get rowCount(): number {
    return this.#unmoved === null ? this.part.rowCount : this.#unmoved.groupNumbers.length;
  }

  /** Whether rows are where they belong; otherwise asking for `layout` or `part` moves them. */
  get isInOrder(): boolean {
    return this.#inOrder !== null;
  }

  /** Whether rows' times are at hand. */
  get hasTimes(): boolean {
    return this.#inOrder !== null && this.#inOrder.layout.times !== null;
  }

  /**
   * Runs a query.
   * @param judged columns for this query beside the part's own
   * @throws ResultLimitError as `evaluatePart`
   */
  evaluate(query: ExpandedQuery, judged: JudgedColumns | null = null): PartialResult {
    const isFirst = !this.#wasAsked;
    this.#wasAsked = true;
    if (this.#unmoved !== null && isFirst) {
      const { groupNumbers } = this.#unmoved;
      const columns = judged === null ? this.#columns : new Map([...this.#columns, ...judged.columns]);
      const result = evaluateUnmoved(query, new PartColumns(columns, this.rowCount, judged === null ? this.#judgedStrings : undefined), groupNumbers);
      if (result !== null) return result;
    }
    return judged === null ? evaluatePart(query, this.part) : this.#evaluateWith(judged, query);
  }

  /** Notes columns that were judged while they were read, and not kept. */
  noteJudged(judged: JudgedColumns | null): void {
    for (const name of judged?.columns.keys() ?? []) this.#judgedNames.add(name);
  }

  /** Whether a query's filters were judged on a column that was not kept: the next one is to have it. */
  wasJudged(name: string): boolean {
    return this.#judgedNames.has(name);
  }

  /** Says that somebody more uses it, who is to call `release`. */
  hold(): void {
    this.#holders += 1;
  }

  /** Ends a use. Its memory serves other parts once nobody uses it; it must not be used from then on. */
  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.#inOrder?.part.end();
    this.#unmovedMemory.giveBack();
    this.memory.giveBack();
  }

  /** Bytes of memory, about. What the engine derives of columns is allowed for by their size once more. */
  get bytes(): number {
    return this.#columnBytes + (this.#unmoved === null ? sizeOfLayout(this.layout) : Math.max(this.#unmovedMemory.bytesTaken, LAYOUT_BYTES_PER_ROW * this.rowCount));
  }

  /** Tells the order that columns are in from others, as of another version of the product. */
  get layoutChecksum(): number {
    const { order, groupStarts } = this.layout;
    this.#layoutChecksum ??= crc32(bytesOf(groupStarts), checksumOf(order));
    return this.#layoutChecksum;
  }

  get columnNames(): string[] {
    return [...this.#columns.keys()];
  }

  has(name: string): boolean {
    return this.#columns.has(name);
  }

  /**
   * The part in time order, where it was not: queries that run on this one are not disturbed.
   * @param timestamps the column as the file has it
   * @throws TimestampError
   */
  inTimeOrder(timestamps: Column, timestampColumn: string): CachedPart {
    if (this.#unmoved !== null) {
      const columns = new Map([[this.#unmoved.groupIdColumn, this.#unmoved.groupIds], [timestampColumn, timestamps]]);
      this.#move(layOutRows(columns, this.#unmoved.groupIdColumn, timestampColumn, this.memory));
      return this;
    }
    if (this.layout.times !== null) return this;
    const { layout, moved } = addTimes(this.layout, timestamps, timestampColumn);
    this.memory.letGo();
    const ordered = new CachedPart(layout);
    for (const [name, column] of this.#columns) ordered.add(name, orderColumn(column, moved));
    for (const name of this.#judgedNames) ordered.#judgedNames.add(name);
    return ordered;
  }

  /** @param column in the layout's order */
  add(name: string, column: Column): void {
    this.#columns.set(name, column);
    this.#columnBytes += 2 * sizeOf(column);
  }

  /** @param column as the file has it */
  addAsRead(name: string, column: Column): void {
    this.add(name, this.#unmoved === null ? orderColumn(column, this.layout.order, this.memory) : column);
  }

  /** Takes over the memory of what was read, and gives it back where that has been moved. */
  take(memory: PartMemory): void {
    if (this.#unmoved !== null) this.#unmovedMemory.adopt(memory);
    else if (this.layout.order === 'as-is') this.memory.adopt(memory);
    else memory.giveBack();
  }

  /** By a part that is only this query's: what the kept one has found out is of other columns. */
  #evaluateWith({ columns, memory }: JudgedColumns, query: ExpandedQuery): PartialResult {
    const { layout } = this;
    const inOrder = Array.from(columns, ([name, column]) => [name, orderColumn(column, layout.order, memory)] as const);
    const part = new Part(layout, new Map([...this.#columns, ...inOrder]));
    try {
      return evaluatePart(query, part);
    } finally {
      part.end();
    }
  }

  /** The part with its rows where they belong. */
  #laidOut(): LaidOut {
    if (this.#inOrder !== null) return this.#inOrder;
    if (this.#unmoved === null) throw new Error('a part has rows as read, or in order');
    const { groupIds, groupIdColumn } = this.#unmoved;
    return this.#move(layOutGroups(new Map([[groupIdColumn, groupIds]]), groupIdColumn, this.memory));
  }

  #move(layout: RowLayout | GroupLayout): LaidOut {
    // All or none: where there is no memory for one, the others must not be moved twice.
    const moved = Array.from(this.#columns, ([name, column]) => [name, orderColumn(column, layout.order, this.memory)] as const);
    for (const [name, column] of moved) this.#columns.set(name, column);
    this.#unmovedMemory.giveBack();
    this.#unmoved = null;
    return this.#begin(layout);
  }

  #begin(layout: RowLayout | GroupLayout): LaidOut {
    this.#inOrder = { layout, part: new Part(layout, this.#columns, this.#judgedStrings) };
    return this.#inOrder;
  }
}

function sizeOfLayout({ order, groupStarts, times }: RowLayout | GroupLayout): number {
  const rows = groupStarts[groupStarts.length - 1];
  return (times === null ? 0 : Math.max(BYTES_PER_TIME * rows, times.heldBytes ?? 0)) + groupStarts.byteLength + (order === 'as-is' ? 0 : order.places.byteLength + (order.dealing?.partitions.byteLength ?? 0));
}

function checksumOf(order: RowOrder): number {
  if (order === 'as-is') return 0;
  return crc32(bytesOf(order.places), order.dealing === null ? 0 : crc32(bytesOf(order.dealing.partitions)));
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function sizeOf(column: Column): number {
  switch (column.type) {
    case 'INT':
      return column.values.byteLength + (column.nulls?.byteLength ?? 0);
    case 'FLOAT':
    case 'BOOL':
      return column.values.byteLength;
    case 'STRING':
      return column.dictionary.reduce((bytes, value) => bytes + STRING_OVERHEAD + 2 * value.length, column.codes.areBytes ? BYTES_PER_CODE * column.codes.length : column.codes.byteLength);
  }
}

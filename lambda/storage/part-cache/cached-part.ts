import { crc32 } from 'node:zlib';
import type { Column } from '../../engine/columns';
import { orderColumn, type RowOrder } from '../../engine/moved-rows';
import { Part, addTimes } from '../../engine/part';
import type { GroupLayout, RowLayout } from '../../engine/part';
import { PartMemory } from '../../engine/part-memory';

/** Bytes of a string besides its characters, about, as V8 keeps it. */
const STRING_OVERHEAD = 24;

/** A part as queries need it: its layout, and those of its columns that queries have asked for, in the layout's order. */
export class CachedPart {
  /** What queries run on; it sees the columns that are added later. */
  readonly part: Part;
  /** When the file was last seen to be that of the dataset's version, by `performance.now()`. */
  checkedAt = -Infinity;
  readonly #columns = new Map<string, Column>();
  #bytes: number;
  #layoutChecksum: number | null = null;
  #holders = 1;

  /**
   * Held by whoever makes it.
   * @param memory of the layout and of the columns; default: of none
   */
  constructor(
    readonly layout: RowLayout | GroupLayout,
    readonly memory = new PartMemory(),
  ) {
    this.part = new Part(layout, this.#columns);
    const { order, groupStarts, times } = layout;
    this.#bytes = (times?.byteLength ?? 0) + groupStarts.byteLength + (order === 'as-is' ? 0 : order.places.byteLength + (order.dealing?.partitions.byteLength ?? 0));
  }

  /** Says that somebody more uses it, who is to call `release`. */
  hold(): void {
    this.#holders += 1;
  }

  /** Ends a use. Its memory serves other parts once nobody uses it; it must not be used from then on. */
  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.part.end();
    this.memory.giveBack();
  }

  /** Bytes of memory, about. What the engine derives of columns is allowed for by their size once more. */
  get bytes(): number {
    return this.#bytes;
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
    if (this.layout.times !== null) return this;
    const { layout, moved } = addTimes(this.layout, timestamps, timestampColumn);
    this.memory.letGo();
    const ordered = new CachedPart(layout);
    for (const [name, column] of this.#columns) ordered.add(name, orderColumn(column, moved));
    return ordered;
  }

  /** @param column in the layout's order */
  add(name: string, column: Column): void {
    this.#columns.set(name, column);
    this.#bytes += 2 * sizeOf(column);
  }
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
      return column.dictionary.reduce((bytes, value) => bytes + STRING_OVERHEAD + 2 * value.length, column.codes.byteLength);
  }
}

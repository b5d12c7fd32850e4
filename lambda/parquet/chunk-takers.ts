import type { PartMemory } from '../engine/part-memory';
import { BoolColumnBuilder } from './bool-column';
import type { ChunkTaker } from './chunk-reader';
import { readChunk } from './chunk-reader';
import type { ColumnBuilder } from './column-builder';
import { decodeDecimals } from './decimals';
import { DeferredTimes } from './deferred-times';
import { FloatColumnBuilder } from './float-column';
import { decodeFloats } from './floats';
import { IntColumnBuilder } from './int-column';
import { JudgedTextColumnBuilder } from './judged-text-column';
import type { FlatColumn } from './schema';
import { StringColumnBuilder } from './string-column';
import type { TextTest } from './text-tests';

/** What is asked of a column of times. */
export interface TimesUse {
  readonly name: string;
  /** The column of group IDs, where it is enough for now in which order rows of a group happened: times are then decoded once somebody asks for them. Null: they are asked for. */
  readonly onlyOrderWithin: string | null;
}

/** What is asked of columns, where it is less than their values. */
export interface ColumnUses {
  /** Columns that only serve to tell rows apart: their integers of 32 bits are kept as such. */
  readonly keys?: ReadonlySet<string>;
  /** A column of times, of which is marked how each row stands to the row before, where its integers have no nulls. */
  readonly times?: TimesUse;
  /** Columns of text of which only tests are asked, by name, and the memory for them. @see JudgedTextColumnBuilder */
  readonly judged?: { readonly tests: ReadonlyMap<string, readonly TextTest[]>; readonly memory: PartMemory };
}

/** Bytes that may be held of a file instead of a decoded time, per row. */
const MOST_HELD_PER_ROW = 16;

/**
 * Makes what the chunks of columns are handed to.
 * @param readBytes that would be held for times that are decoded later: of all ranges that are read
 */
export function chunkTakers(rowCount: number, readBytes: number, memory: PartMemory, uses: ColumnUses): (column: FlatColumn) => ChunkTaker {
  const builders = new Map<string, ColumnBuilder>();
  const groupIdColumn = readBytes > MOST_HELD_PER_ROW * rowCount ? null : (uses.times?.onlyOrderWithin ?? null);
  return (column) => {
    const { name, decoding } = column;
    if (name === uses.times?.name && groupIdColumn !== null && decoding.kind === 'INTEGER' && decoding.source !== 'UINT64') {
      return new DeferredTimes(decoding.source, rowCount, memory, () => builders.get(groupIdColumn)?.rowsSideBySide ?? 0);
    }
    const builder = builderFor(column, rowCount, memory, uses);
    builders.set(name, builder);
    return { holder: null, take: (chunk) => { readChunk(chunk, builder); }, finish: () => builder.finish() };
  };
}

function builderFor({ name, decoding }: FlatColumn, rowCount: number, memory: PartMemory, { keys, times, judged }: ColumnUses): ColumnBuilder {
  switch (decoding.kind) {
    case 'INTEGER':
      return new IntColumnBuilder(decoding.source, rowCount, memory, keys?.has(name) === true ? 'key' : times?.name === name ? 'time' : null);
    case 'FLOAT':
      return new FloatColumnBuilder(decodeFloats[decoding.source], rowCount, memory);
    case 'DECIMAL':
      return new FloatColumnBuilder(decodeDecimals(decoding.layout, decoding.scale), rowCount, memory);
    case 'BOOLEAN':
      return new BoolColumnBuilder(rowCount, memory);
    case 'TEXT': {
      const tests = judged?.tests.get(name);
      return judged === undefined || tests === undefined ? new StringColumnBuilder(rowCount, memory) : new JudgedTextColumnBuilder(tests, rowCount, judged.memory);
    }
  }
}

import type { IntColumn } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import type { Chunk, ChunkTaker } from './chunk-reader';
import { readChunk } from './chunk-reader';
import type { PageDecoder } from './column-builder';
import { IntColumnBuilder } from './int-column';
import { columnOf } from './int-runs';
import { IntegerPages } from './integer-pages';
import type { IntegerSource } from './integers';
import { releaseKernels } from './kernels/kernels';
import type { Kernels } from './kernels/kernels';
import type { Page } from './page';
import { TimeMarksBuilder } from './time-marks';

/**
 * Times of which it is enough, as long as nobody asks for more, how each stands to the one before: they are marked, and their chunks held as
 * the file has them, to be decoded once somebody does. Where that would be soon, since rows are in no order, or have no marks, they are decoded at once.
 */
export class DeferredTimes implements ChunkTaker {
  private readonly marks: TimeMarksBuilder;
  private readonly marker: Marker;
  /** Of the chunks. */
  private readonly held: PartMemory;
  private readonly chunks: Chunk[] = [];
  private builder: IntColumnBuilder | null = null;

  /** @param rowsInGroups how many rows, from the first one on, are known to lie side by side with those of their group */
  constructor(
    private readonly source: IntegerSource,
    private readonly rowCount: number,
    private readonly memory: PartMemory,
    private readonly rowsInGroups: () => number,
  ) {
    this.marks = new TimeMarksBuilder(rowCount, memory);
    this.marker = new Marker(source, this.marks);
    this.held = memory.within();
  }

  get holder(): PartMemory | null {
    return this.builder === null ? this.held : null;
  }

  take(chunk: Chunk): void {
    if (this.builder !== null) {
      readChunk(chunk, this.builder);
      return;
    }
    this.chunks.push(chunk);
    const end = chunk.firstRow + chunk.rows;
    if (this.rowsInGroups() >= end) {
      readChunk(chunk, this.marker);
      if (this.marks.isInOrderUntil(end)) return;
    }
    this.builder = new IntColumnBuilder(this.source, this.rowCount, this.memory, 'time');
    decodeHeld(this.chunks, this.builder, this.held);
  }

  finish(): IntColumn {
    const { source, rowCount, memory, held, chunks } = this;
    const marks = this.builder === null ? this.marks.finish() : null;
    if (marks === null) return (this.builder ?? decodeHeld(chunks, new IntColumnBuilder(source, rowCount, memory, null), held)).finish();
    // Of the column nothing stays but this: not what other columns are built with.
    return columnOf({ marks, heldBytes: held.bytesTaken }, () => {
      const { values } = decodeHeld(chunks, new IntColumnBuilder(source, rowCount, memory, null), held).finish();
      releaseKernels();
      return values;
    });
  }
}

/** Gives the chunks up. */
function decodeHeld(chunks: Chunk[], builder: IntColumnBuilder, held: PartMemory): IntColumnBuilder {
  for (const chunk of chunks) readChunk(chunk, builder);
  chunks.length = 0;
  held.giveBack();
  return builder;
}

/** Marks rows of pages, up to one that has nulls or is out of turn, and keeps nothing else of them. */
class Marker implements PageDecoder {
  private readonly pages: IntegerPages;

  constructor(source: IntegerSource, private readonly marks: TimeMarksBuilder) {
    this.pages = new IntegerPages(source);
  }

  setDictionary(kernels: Kernels, bytes: Uint8Array, count: number): void {
    this.pages.setDictionary(kernels, bytes, count);
  }

  clearDictionary(): void {
    this.pages.clearDictionary();
  }

  decode(page: Page): void {
    if (page.nulls === null) this.marks.add(page.kernels, this.pages.integers(page), page.firstRow, page.rows);
  }
}

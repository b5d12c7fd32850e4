import type { IntColumn, TimeMarks } from '../engine/columns';
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
  private readonly marks: MarksOnly;
  /** Of the chunks. */
  private readonly held: PartMemory;
  private chunks: Chunk[] = [];
  private builder: IntColumnBuilder | null = null;

  /** @param rowsInGroups how many rows, from the first one on, are known to lie side by side with those of their group */
  constructor(
    private readonly source: IntegerSource,
    private readonly rowCount: number,
    private readonly memory: PartMemory,
    private readonly rowsInGroups: () => number,
  ) {
    this.marks = new MarksOnly(source, rowCount, memory);
    this.held = memory.within();
  }

  take(chunk: Chunk): PartMemory | null {
    if (this.builder !== null) {
      readChunk(chunk, this.builder);
      return null;
    }
    this.chunks.push(chunk);
    if (this.rowsInGroups() >= chunk.firstRow + chunk.rows) {
      readChunk(chunk, this.marks);
      if (this.marks.areInOrder) return this.held;
    }
    this.builder = this.decode('time');
    return null;
  }

  finish(): IntColumn {
    if (this.builder !== null) return this.builder.finish();
    const marks = this.marks.finish();
    if (marks === null) return this.decode('time').finish();
    return columnOf({ marks, heldBytes: this.held.bytesTaken }, () => {
      const { values } = this.decode(null).finish();
      releaseKernels();
      return values;
    });
  }

  /** Gives the chunks up. */
  private decode(use: 'time' | null): IntColumnBuilder {
    const builder = new IntColumnBuilder(this.source, this.rowCount, this.memory, use);
    for (const chunk of this.chunks) readChunk(chunk, builder);
    this.chunks = [];
    this.held.giveBack();
    return builder;
  }
}

/** Marks rows, and decodes nothing. */
class MarksOnly implements PageDecoder {
  private readonly pages: IntegerPages;
  private readonly marks: TimeMarksBuilder;
  private areAll = true;

  constructor(source: IntegerSource, rowCount: number, memory: PartMemory) {
    this.pages = new IntegerPages(source);
    this.marks = new TimeMarksBuilder(rowCount, memory);
  }

  /** Whether rows seem to be in order, and all could be marked. */
  get areInOrder(): boolean {
    return this.areAll && this.marks.isInOrder;
  }

  setDictionary(kernels: Kernels, bytes: Uint8Array, count: number): void {
    this.pages.setDictionary(kernels, bytes, count);
  }

  clearDictionary(): void {
    this.pages.clearDictionary();
  }

  decode(page: Page): void {
    this.areAll &&= page.nulls === null && this.marks.add(page.kernels, this.pages.integers(page), page.firstRow, page.rows);
  }

  /** Null where not all rows have marks. */
  finish(): TimeMarks | null {
    return this.areAll ? this.marks.finish() : null;
  }
}

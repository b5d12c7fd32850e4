import type { Column } from '../engine/columns';
import type { Kernels } from './kernels/kernels';
import type { Page } from './page';

/** What a chunk's pages are for. Row groups may come in any order. */
export interface PageDecoder {
  /** Takes a chunk's dictionary: `count` PLAIN values, in the kernels' memory, where all is kept that is allocated until this ends. */
  setDictionary(kernels: Kernels, bytes: Uint8Array, count: number): void;
  /** Forgets the dictionary, at the end of a chunk. */
  clearDictionary(): void;
  /** Decodes a page, of which all rows may be null. */
  decode(page: Page): void;
}

/**
 * Gathers one column: a page is decoded in the kernels' memory, present values first, then spread over its rows, and copied
 * to where they belong.
 */
export interface ColumnBuilder extends PageDecoder {
  /** How many rows, from the first one on, are known to lie beside those of the same value, but for some; absent: nobody knows. */
  readonly rowsSideBySide?: number;
  /** The column, once all chunks are in. */
  finish(): Column;
}

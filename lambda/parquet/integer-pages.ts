import { isDictionaryEncoding, Encoding } from './encoding';
import { plainLayout } from './fixed-width';
import type { IntegerSource } from './integers';
import { INTEGER_LAYOUT, toDoubles, toWide } from './integers';
import type { Address, Kernels } from './kernels/kernels';
import type { Page } from './page';
import { lookUp, required } from './page';

interface IntDictionary {
  readonly size: number;
  readonly wide: Address;
  readonly doubles: Address;
  /** Whether all entries, used or not, are exact as doubles. */
  readonly exact: boolean;
}

/** Decodes the pages of a column of integers, present values only, in the kernels' memory. */
export class IntegerPages {
  private dictionary: IntDictionary | null = null;

  constructor(readonly source: IntegerSource) {}

  setDictionary(kernels: Kernels, bytes: Uint8Array, size: number): void {
    const stored = plainLayout(kernels, Encoding.PLAIN, INTEGER_LAYOUT[this.source], bytes, size).byteOffset;
    const wide = toWide(kernels, this.source, stored, size);
    this.dictionary = { size, wide, ...toDoubles(kernels, this.source, wide, size) };
  }

  clearDictionary(): void {
    this.dictionary = null;
  }

  /** As integers of 64 bits, unsigned ones for UINT64. */
  integers(page: Page): Address {
    if (isDictionaryEncoding(page.encoding)) {
      const { size, wide } = required(this.dictionary);
      return lookUp(page, { size, entries: wide }, 8);
    }
    const { kernels, encoding, bytes, present } = page;
    const stored = plainLayout(kernels, encoding, INTEGER_LAYOUT[this.source], bytes, present).byteOffset;
    return toWide(kernels, this.source, stored, present);
  }

  /** Those of a dictionary-coded page as doubles; null where one is not exact. */
  doubles(page: Page): Address | null {
    const { size, doubles, exact } = required(this.dictionary);
    const address = lookUp(page, { size, entries: doubles }, 8);
    return exact || allSafe(page.kernels.doubles(address, page.present)) ? address : null;
  }
}

/** What an unused entry of the dictionary stands for must not decide. */
function allSafe(values: Float64Array): boolean {
  let greatest = 0;
  for (const value of values) greatest = Math.max(greatest, Math.abs(value));
  return greatest <= Number.MAX_SAFE_INTEGER;
}

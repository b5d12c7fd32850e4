import type { ShopSize } from './shop-data';

/** A figure that has no peer beside it. */
export interface SectionRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it must keep to, in words; or what else is to be said of it. */
  readonly note?: string;
}

/** A part of the bench after the table. */
export interface Section {
  readonly name: string;
  readonly title: string;
  measure(options: { readonly size: ShopSize; readonly rounds: number }): Promise<SectionRow[]>;
}

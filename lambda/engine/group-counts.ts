import type { Filter } from '../query/expanded';
import type { Codes } from './codes';
import type { GroupRanges } from './group-selection';
import { COUNTED_TOGETHER, countCodes, countMasks } from './match-counts';
import type { Part } from './part';
import { distinctLists, filtersKey, type RowMasks } from './row-masks';

/** Per group the rows in which lists of filters hold: several lists in one pass over the rows, each list once. */
export class GroupCounts {
  readonly #counts = new Map<string, Int32Array>();

  /** @param lists all that will be asked for */
  constructor(lists: readonly (readonly Filter[])[], part: Part, groups: GroupRanges, masks: RowMasks) {
    const byCodes = new Map<Codes | null, (readonly Filter[])[]>();
    for (const filters of distinctLists(lists).values()) {
      const codes = masks.perCode(filters)?.codes ?? null;
      byCodes.set(codes, [...(byCodes.get(codes) ?? []), filters]);
    }
    for (const [codes, alike] of byCodes) {
      for (let index = 0; index < alike.length; index += COUNTED_TOGETHER) {
        const together = alike.slice(index, index + COUNTED_TOGETHER);
        const counts = codes === null ? countMasks(together.map((filters) => masks.all(filters)), groups) : countTogether(codes, together, part, groups, masks);
        together.forEach((filters, place) => this.#counts.set(filtersKey(filters), counts[place]));
      }
    }
  }

  /** @param filters one of the lists given */
  of(filters: readonly Filter[]): Int32Array {
    const counts = this.#counts.get(filtersKey(filters));
    if (counts === undefined) throw new Error(`filters that were not to be counted: ${filtersKey(filters)}`);
    return counts;
  }
}

function countTogether(codes: Codes, lists: readonly (readonly Filter[])[], part: Part, groups: GroupRanges, masks: RowMasks): Int32Array[] {
  const tables = lists.flatMap((filters) => masks.perCode(filters)?.holds ?? []);
  return countCodes(codes, tables, groups, part.kernelsFor(codes, tables[0].length - 1));
}

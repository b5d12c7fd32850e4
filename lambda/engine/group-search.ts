import type { Filter } from '../query/expanded';
import type { AnyRows, GroupMask } from './conditions';
import type { GroupRanges } from './group-selection';
import type { Part } from './part';
import { distinctLists, filtersKey, type RowMasks } from './row-masks';

/** More lists of filters are looked for in one pass, as bits of rows. */
const MOST_SEARCHED = 4;

/**
 * Finds out which groups have a row for each of a few lists of filters, as if these were sequences of one step, which are searched 64 rows at a time. Null where there are
 * too many lists, or one whose filters are not all on one column that kernels have as bytes.
 * @param lists all that will be asked for
 */
export function searchGroups(lists: readonly (readonly Filter[])[], part: Part, groups: GroupRanges, masks: RowMasks): AnyRows | null {
  const distinct = distinctLists(lists);
  if (distinct.size > MOST_SEARCHED) return null;
  const searches = new Map<string, () => GroupMask>();
  for (const [key, filters] of distinct) {
    const coded = masks.perCode(filters);
    if (coded === null) return null;
    const { codes, holds } = coded;
    const kernels = part.kernelsFor(codes, holds.length - 1);
    if (kernels === null) return null;
    searches.set(key, () => kernels.findSteps(codes, new Int32Array(holds), groups));
  }
  const found = new Map(Array.from(searches, ([key, search]) => [key, search()]));
  const maskOf = (filters: readonly Filter[]): GroupMask => {
    const mask = found.get(filtersKey(filters));
    if (mask === undefined) throw new Error(`filters that were not to be looked for: ${filtersKey(filters)}`);
    return mask;
  };
  return { of: (wanted) => wanted.map(maskOf) };
}

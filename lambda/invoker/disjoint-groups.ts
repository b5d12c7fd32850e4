import type { PartInspection } from '../datastore/inspection';
import { DatasetMismatchError } from '../query/errors';
import type { Numeric } from '../query/expanded';
import type { InspectedPart } from './merge-inspections';

type SortedIds = NonNullable<PartInspection['groupIds']>;

/**
 * Checks that no group lies in two parts, exactly: the sorted IDs of each two parts are walked side by side.
 *
 * @param parts their inspections hold group IDs in ascending order
 * @throws DatasetMismatchError naming a group and its two parts
 */
export function refuseSharedGroups(parts: readonly InspectedPart[], groupIdColumn: string): void {
  for (const [index, first] of parts.entries()) {
    for (const second of parts.slice(index + 1)) {
      const shared = firstShared(first.inspection.groupIds ?? [], second.inspection.groupIds ?? []);
      if (shared !== null) {
        throw new DatasetMismatchError(
          `The group ${groupIdColumn} = ${typeof shared === 'string' ? `'${shared}'` : shared} has rows in two parts, ` +
            `'${first.filename}' and '${second.filename}'; all rows of a group must lie in one part. ` +
            'Repartition the data by this column.',
        );
      }
    }
  }
}

function firstShared(left: SortedIds, right: SortedIds): Numeric | string | null {
  let leftIndex = 0;
  let rightIndex = 0;
  while (leftIndex < left.length && rightIndex < right.length) {
    const leftId = left[leftIndex];
    const rightId = right[rightIndex];
    // JavaScript compares a number with a bigint by their exact values.
    if (leftId < rightId) leftIndex++;
    else if (leftId > rightId) rightIndex++;
    else return leftId;
  }
  return null;
}

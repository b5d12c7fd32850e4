import type { Column } from '../../engine/columns';
import { layOutGroups, layOutRows, unmovedGroupIds } from '../../engine/part';
import { PartMemory } from '../../engine/part-memory';
import { CachedPart } from './cached-part';

/**
 * A part out of columns as its file has them. Where nobody has asked for times, its rows need not be moved yet.
 * @param columns of one length: the group IDs, the timestamps where they were asked for, and others
 * @param names of those that are to be kept
 * @param memory of the columns, which is the part's from now on
 * @throws GroupIdError, TimestampError
 */
export function partAsRead(
  columns: ReadonlyMap<string, Column>,
  names: readonly string[],
  { groupIdColumn, timestampColumn }: { readonly groupIdColumn: string; readonly timestampColumn: string },
  memory: PartMemory,
): CachedPart {
  const isTimeless = !columns.has(timestampColumn);
  const groupIds = columns.get(groupIdColumn);
  const groupNumbers = isTimeless ? unmovedGroupIds(columns, groupIdColumn) : null;
  const ownMemory = new PartMemory();
  const layOut = () => (isTimeless ? layOutGroups(columns, groupIdColumn, ownMemory) : layOutRows(columns, groupIdColumn, timestampColumn, ownMemory));
  const cached = new CachedPart(groupNumbers === null || groupIds === undefined ? layOut() : { groupNumbers, groupIds, groupIdColumn }, ownMemory);
  for (const name of names) {
    const column = columns.get(name);
    if (column !== undefined) cached.addAsRead(name, column);
  }
  cached.take(memory);
  return cached;
}

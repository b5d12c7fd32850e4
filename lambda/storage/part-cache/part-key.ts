import type { PartFile } from '../../datastore/dataset';
import type { ExpandedQuery } from '../../query/expanded';

/** Which part of which dataset, as it was when that was registered. */
export interface PartKey {
  /** Name and time of registration. */
  readonly datasetVersion: string;
  /** Place of the part in the dataset. */
  readonly index: number;
  readonly part: PartFile;
  /** Only those rows that a query with this timeframe needs were read; absent: all were. */
  readonly timeframe?: ExpandedQuery['timeframe'];
}

import type { PartFile } from '../../datastore/dataset';

/** Which part of which dataset, as it was when that was registered. */
export interface PartKey {
  /** Name and time of registration. */
  readonly datasetVersion: string;
  /** Place of the part in the dataset. */
  readonly index: number;
  readonly part: PartFile;
}

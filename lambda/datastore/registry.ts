import type { DatasetRecord } from './dataset';

export interface DatasetRegistry {
  /** Replaces the dataset of the same name. Durable when it resolves. */
  put(dataset: DatasetRecord): Promise<void>;
  get(name: string): Promise<DatasetRecord | null>;
  /** In name order. */
  list(): Promise<DatasetRecord[]>;
  /** Forgets a dataset; false where there was none. */
  remove(name: string): Promise<boolean>;
  /** Marks a dataset as queried at a time, in milliseconds since the epoch. */
  touch(name: string, at: number): Promise<void>;
  /** When the dataset was last queried, or null. */
  lastUsed(name: string): Promise<number | null>;
  /**
   * Claims a name while its registration runs, so that two registrations of one name cannot mix.
   * False where another claim holds it. A claim ends by `releaseName`, or by itself after `ttl` milliseconds.
   */
  claimName(name: string, requestId: string, ttl: number): Promise<boolean>;
  releaseName(name: string, requestId: string): Promise<void>;
}

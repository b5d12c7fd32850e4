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

/** A registry that may come up empty, and be filled again from a copy of what it held. */
export interface RestorableRegistry extends DatasetRegistry {
  /** Whether all that is copied to this place is here too. */
  isRestored(place: string): Promise<boolean>;
  /**
   * Adds those that are missing, once for each place and each time that the registry came up empty.
   *
   * @returns how many were missing
   */
  restore(place: string, copied: readonly DatasetRecord[]): Promise<number>;
}

/** Small objects by name, in a place that outlives the datastore: a folder, or a bucket. Failures name the place. */
export interface ObjectStore {
  /** What tells this place from others, for people and in keys: a path, or `s3://bucket/prefix`. */
  readonly place: string;
  /** Replaces the object of that name as a whole; durable when it resolves. @param name of letters, digits, `-` and `.` */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Null where there is no such object. */
  read(name: string): Promise<Uint8Array | null>;
  /** Does nothing where there is no such object. */
  remove(name: string): Promise<void>;
  /** Names of all objects. */
  list(): Promise<string[]>;
}

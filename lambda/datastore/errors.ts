/** The datastore could not do what it was asked for. */
export abstract class DatastoreError extends Error {
  /** Whether the same may well succeed when tried again. */
  abstract readonly retryable: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The data folder cannot be used. */
export class DataFolderError extends DatastoreError {
  readonly retryable = false;

  constructor(folder: string, cause: unknown) {
    super(`The data folder '${folder}' cannot be used: ${String(cause)}. Name a folder that this user may write to.`, { cause });
  }
}

/** What is stored was written by a newer release. */
export class DatastoreFormatError extends DatastoreError {
  readonly retryable = false;

  constructor(place: string, found: number, known: number) {
    super(`The datastore in '${place}' has format ${found}, and this release knows formats up to ${known}: use the newer release, or another data folder.`);
  }
}

/** Where the datastore is said to be makes no sense. */
export class DatastoreLocationError extends DatastoreError {
  readonly retryable = false;
}

/** Redis cannot be reached, refuses, or does not answer in time. */
export class DatastoreUnavailableError extends DatastoreError {
  readonly retryable = true;
}

/** The copies of what a registry holds cannot be read or written. */
export class RegistryCopyError extends DatastoreError {
  readonly retryable = true;

  constructor(place: string, cause: unknown) {
    super(`The copies of datasets in '${place}' cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

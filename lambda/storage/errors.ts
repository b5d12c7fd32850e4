/** Files could not be listed or read. The message names the folder or file, and is fit to be shown to clients. */
export abstract class StorageError extends Error {
  /** Whether the same may well succeed when tried again. */
  abstract readonly retryable: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** There is no such folder, bucket, prefix or file. */
export class PathNotFoundError extends StorageError {
  readonly retryable = false;
}

/** The base path is a file. */
export class NotADirectoryError extends StorageError {
  readonly retryable = false;
}

/** The file system or S3 refuses access, or a link leads out of the folders that may be read. */
export class AccessDeniedError extends StorageError {
  readonly retryable = false;
}

/** The file is no longer the one that was listed: its size, time of modification or ETag differs. */
export class FileChangedError extends StorageError {
  readonly retryable = false;

  constructor(name: string, options?: ErrorOptions) {
    super(`'${name}' has changed since it was registered; register the dataset again.`, options);
  }
}

/** Fewer or more bytes arrived than were asked for: the connection broke off, or the file was cut meanwhile. */
export class IncompleteReadError extends StorageError {
  readonly retryable = true;

  constructor(name: string, wanted: number, got: number | 'only a part', options?: ErrorOptions) {
    super(`Reading '${name}' gave ${got} of ${wanted} bytes.`, options);
  }
}

/** The storage does not answer as it should: no connection, an overload, a refused request, a fault of the disk. */
export class StorageFaultError extends StorageError {
  constructor(
    message: string,
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

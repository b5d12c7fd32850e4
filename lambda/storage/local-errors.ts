import { AccessDeniedError, NotADirectoryError, PathNotFoundError, StorageError, StorageFaultError } from './errors';

/** Names what went wrong with a path. */
export function localError(name: string, error: unknown): StorageError {
  if (error instanceof StorageError) {
    return error;
  }
  const options = { cause: error };
  const code = errorCode(error);
  switch (code) {
    case 'ENOENT':
      return new PathNotFoundError(`'${name}' does not exist.`, options);
    case 'ENOTDIR':
      return new NotADirectoryError(`'${name}' is not a folder.`, options);
    case 'EACCES':
    case 'EPERM':
    case 'ELOOP':
      return new AccessDeniedError(`'${name}' cannot be read: ${code}.`, options);
    default:
      return new StorageFaultError(`'${name}' cannot be read: ${String(error)}`, true, options);
  }
}

/** Node.js's name of what went wrong, such as `ENOENT`; empty where the error has none. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

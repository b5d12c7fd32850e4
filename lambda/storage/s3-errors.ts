import { AccessDeniedError, FileChangedError, PathNotFoundError, StorageError, StorageFaultError } from './errors';

/** Names what went wrong with a prefix or object, after the SDK gave up trying. */
export function s3Error(name: string, error: unknown): StorageError {
  if (error instanceof StorageError) {
    return error;
  }
  const options = { cause: error };
  const code = error instanceof Error ? error.name : String(error);
  const reason = error instanceof Error && error.message !== '' ? `${code}: ${error.message}` : code;
  if (code === 'NoSuchBucket') {
    return new PathNotFoundError(`'${name}': there is no such bucket.`, options);
  }
  if (code === 'CredentialsProviderError') {
    return new AccessDeniedError(`'${name}' cannot be read without AWS credentials: ${reason}`, options);
  }
  const status = statusOf(error);
  switch (status) {
    case 401:
    case 403:
      return new AccessDeniedError(`'${name}' cannot be read: S3 answered ${reason}`, options);
    case 404:
      return new PathNotFoundError(`'${name}' does not exist.`, options);
    case 412:
      return new FileChangedError(name, options);
    default:
      return new StorageFaultError(`'${name}' cannot be read: ${reason}`, !isRefusal(status), options);
  }
}

/** Whether S3 would say the same again: all of 4xx but "too slow" and "too many". */
function isRefusal(status: number): boolean {
  return status >= 300 && status < 500 && status !== 408 && status !== 429;
}

/** HTTP status that S3 answered with; 0 where it did not answer. */
function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !('$metadata' in error)) {
    return 0;
  }
  const metadata = error.$metadata;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : 0;
}

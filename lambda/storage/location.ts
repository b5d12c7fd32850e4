import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SchemaError } from '../query/errors';

/** What a base path means. */
export type Location = LocalLocation | S3Location;

export interface LocalLocation {
  readonly kind: 'local';
  /** Absolute path. */
  readonly folder: string;
}

export interface S3Location {
  readonly kind: 's3';
  readonly bucket: string;
  /** What keys begin with: empty, or ending in a slash. */
  readonly prefix: string;
}

/** S3's rules for names of buckets: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const scheme = /^([a-z][a-z0-9+.-]*):\/\//i;

/**
 * Parses a base path: a path of the file system, a `file://` URL or `s3://bucket/prefix`.
 *
 * @throws SchemaError saying what is wrong with it
 */
export function parseLocation(basepath: string): Location {
  if (basepath === '' || basepath.includes('\0')) {
    throw invalid(basepath, 'a path may not be empty nor hold NUL characters');
  }
  switch (scheme.exec(basepath)?.[1].toLowerCase()) {
    case undefined:
      return { kind: 'local', folder: path.resolve(basepath) };
    case 'file':
      return { kind: 'local', folder: folderOfUrl(basepath) };
    case 's3':
      return parseS3(basepath);
    default:
      throw invalid(basepath, 'give a folder, file:///folder or s3://bucket/prefix');
  }
}

/** A base path as it is kept and shown: in its one form, without a slash at its end. */
export function formatLocation(location: Location): string {
  return location.kind === 'local' ? location.folder : `s3://${location.bucket}/${location.prefix}`.replace(/\/$/, '');
}

function folderOfUrl(basepath: string): string {
  try {
    return fileURLToPath(basepath);
  } catch (error) {
    throw invalid(basepath, error instanceof Error ? error.message : String(error));
  }
}

function parseS3(basepath: string): S3Location {
  const [bucket, ...segments] = basepath.slice('s3://'.length).replace(/\/$/, '').split('/');
  if (!bucketName.test(bucket)) {
    throw invalid(basepath, `'${bucket}' is no bucket name: 3 to 63 lower-case letters, digits, '.' and '-'`);
  }
  if (segments.some((segment) => ['', '.', '..'].includes(segment))) {
    throw invalid(basepath, "a prefix may not hold empty segments, '.' or '..'");
  }
  return { kind: 's3', bucket, prefix: segments.map((segment) => `${segment}/`).join('') };
}

function invalid(basepath: string, reason: string): SchemaError {
  return new SchemaError(`Base path '${basepath}': ${reason}.`, '/basepath');
}

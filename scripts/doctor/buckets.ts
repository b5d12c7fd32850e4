import type { S3 } from '@aws-sdk/client-s3';
import { askAws } from './ask-aws';
import type { Question } from './ask-aws';
import { ok, those, verdictOn, warning } from './finding';
import type { Verdict } from './finding';

/** Whether the bucket with the registry's second copy is private, keeps old versions and encrypts. */
export async function examineStateBucket(s3: S3, bucket: string): Promise<Verdict> {
  const resource = `bucket ${bucket}`;
  const Bucket = bucket;
  const shield = await unlessUnset(s3.getPublicAccessBlock({ Bucket }), { permission: 's3:GetBucketPublicAccessBlock', resource });
  const versioning = await askAws(s3.getBucketVersioning({ Bucket }), { permission: 's3:GetBucketVersioning', resource });
  const encryption = await unlessUnset(s3.getBucketEncryption({ Bucket }), { permission: 's3:GetEncryptionConfiguration', resource });
  const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } = shield?.PublicAccessBlockConfiguration ?? {};
  const isPrivate = [BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets].every((blocked) => blocked === true);
  const rules = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const again = 'someone changed it by other means; set it back';
  return verdictOn(resource, 'is private, versioned and encrypted', {
    failures: those([!isPrivate, `does not block all public access: ${again}`]),
    doubts: those(
      [versioning.Status !== 'Enabled', `keeps no old versions: ${again}`],
      [rules.length === 0, `has no encryption by default: ${again}`],
    ),
  });
}

/**
 * Whether there are datasets under a prefix, as far as whoever asks may see: what the functions may see, a query tells.
 *
 * @param prefix ends with `/`, or is empty
 */
export async function examineDatasetPrefix(s3: S3, bucket: string, prefix: string): Promise<Verdict> {
  const place = `s3://${bucket}/${prefix}`;
  const question = { permission: 's3:ListBucket', resource: `bucket ${bucket}` };
  const listing = await askAws(s3.listObjectsV2({ Bucket: bucket, Prefix: prefix, MaxKeys: 1000 }).catch(nullIfDenied), question);
  if (listing === null) {
    return warning(`${place} was not looked at: your AWS credentials lack the permission s3:ListBucket there, which the functions have of their own.`);
  }
  const { Contents: objects = [], IsTruncated: hasMore = false } = listing;
  const files = objects.filter(({ Key = '' }) => Key.endsWith('.parquet')).length;
  if (files === 0) {
    return warning(`${place} ${hasMore ? 'begins with 1,000 other objects' : 'holds no Parquet file'}: put some there to register them.`);
  }
  return ok(`${place} holds ${files}${hasMore ? ' or more' : ''} Parquet files.`);
}

/** S3 answers with an error where a bucket has no such setting: that is told as null. */
function unlessUnset<T>(answer: Promise<T>, question: Question): Promise<T | null> {
  const unset = new Set(['NoSuchPublicAccessBlockConfiguration', 'ServerSideEncryptionConfigurationNotFoundError']);
  return askAws(answer.catch((error: unknown) => nullIfNamed(error, unset)), question);
}

function nullIfDenied(error: unknown): null {
  return nullIfNamed(error, new Set(['AccessDenied']));
}

function nullIfNamed(error: unknown, names: ReadonlySet<string>): null {
  if (error instanceof Error && names.has(error.name)) {
    return null;
  }
  throw error;
}

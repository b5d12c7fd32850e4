import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Settings } from '../config';

interface Place {
  /** Bucket name, which may be a token. */
  readonly bucket: string;
  /** Empty for the whole bucket. */
  readonly prefixes: readonly string[];
  readonly kmsKeyArn?: string | undefined;
}

/** Where datasets lie, and how workers and invoker may read there: the configured buckets and prefixes, and the product's own bucket. */
export class DatasetAccess {
  private readonly places: readonly Place[];

  constructor(settings: Settings, ownBucket: { readonly bucketName: string } | undefined) {
    this.places = [...settings.datasets.sources, ...(ownBucket ? [{ bucket: ownBucket.bucketName, prefixes: [''] }] : [])];
  }

  /** `s3://` prefixes that datasets may be registered from. */
  get basePaths(): string[] {
    return this.places.flatMap(({ bucket, prefixes }) => prefixes.map((prefix) => `s3://${bucket}/${prefix}`));
  }

  /** Lets somebody see which files there are, under the prefixes only. */
  grantList({ grantPrincipal }: IGrantable): void {
    for (const { bucket, prefixes } of this.places) {
      grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['s3:ListBucket'],
          resources: [bucketArn(bucket)],
          // A request for a whole bucket may carry no prefix to judge.
          ...(prefixes.includes('') ? {} : { conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } } }),
        }),
      );
    }
  }

  /** Lets somebody read the files under the prefixes, and decrypt them. */
  grantRead({ grantPrincipal }: IGrantable): void {
    for (const { bucket, prefixes, kmsKeyArn } of this.places) {
      grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['s3:GetObject'], resources: prefixes.map((prefix) => `${bucketArn(bucket)}/${prefix}*`) }),
      );
      if (kmsKeyArn) {
        grantPrincipal.addToPrincipalPolicy(
          new PolicyStatement({
            actions: ['kms:Decrypt'],
            resources: [kmsKeyArn],
            conditions: { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
          }),
        );
      }
    }
  }
}

function bucketArn(bucket: string): string {
  return `arn:${Aws.PARTITION}:s3:::${bucket}`;
}

import { Duration, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from '../config';
import { removalPolicy } from './retention';

/**
 * A bucket as this house keeps them: encrypted, private, over TLS only, with old versions for a month.
 * Its name is made by CloudFormation, so that it can be replaced.
 */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy: removalPolicy(settings),
      // CloudFormation cannot delete a bucket with objects in it.
      autoDeleteObjects: !settings.keepData,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Readers and writers are two roles of this product and whoever the account lets in: CloudTrail data events tell more than server access logs, and are switched on per account.',
    });
  }
}

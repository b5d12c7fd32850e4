import { RemovalPolicy } from 'aws-cdk-lib';
import type { Settings } from '../config';

/** What becomes of logs, buckets and keys when their stack is removed. */
export function removalPolicy(settings: Settings): RemovalPolicy {
  return settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}

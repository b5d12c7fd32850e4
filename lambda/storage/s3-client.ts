import type { S3, S3ClientConfig } from '@aws-sdk/client-s3';

/** Milliseconds until a connection must stand, and in which something must arrive on it. */
const CONNECTION_TIMEOUT = 5_000;
const SILENCE_TIMEOUT = 30_000;

let shared: Promise<S3> | null = null;

/** The process's client, made when first needed: its connections are kept for all base paths. */
export function sharedS3Client(): Promise<S3> {
  shared ??= createS3Client();
  return shared;
}

/**
 * A client for AWS, or for any S3-compatible server that the SDK's standard variables name (`AWS_ENDPOINT_URL_S3` or
 * `AWS_ENDPOINT_URL`); such servers are addressed by path, since few have a host name per bucket.
 */
export async function createS3Client(config: S3ClientConfig = {}): Promise<S3> {
  // The SDK takes a while to load, and most of what imports this never reads S3.
  const { S3: Client } = await import('@aws-sdk/client-s3');
  const hasOwnEndpoint = [process.env.AWS_ENDPOINT_URL_S3, process.env.AWS_ENDPOINT_URL, config.endpoint].some(Boolean);
  return new Client({
    forcePathStyle: hasOwnEndpoint,
    followRegionRedirects: !hasOwnEndpoint,
    // Servers other than AWS's know nothing of its newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT, socketTimeout: SILENCE_TIMEOUT },
    ...config,
  });
}

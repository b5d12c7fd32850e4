import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import type { SignatureV4Init } from '@smithy/signature-v4';
import type { SignIn } from './redis-client';

/** Seconds for which ElastiCache takes a token: the most that it allows. It matters only until a connection stands. */
const TOKEN_LIFETIME = 900;

export interface ElastiCacheUser {
  /** Replication group ID, or name of the serverless cache. */
  readonly cacheName: string;
  readonly isServerless: boolean;
  /** ID and name of the user, which are one for users that IAM authenticates. */
  readonly user: string;
  readonly region: string;
  readonly credentials: SignatureV4Init['credentials'];
}

/**
 * Signs in to ElastiCache by IAM: the password is a presigned request to connect, made here without asking AWS.
 *
 * Source: Amazon ElastiCache User Guide, "Authenticating with IAM".
 */
export function elastiCacheSignIn({ cacheName, isServerless, user, region, credentials }: ElastiCacheUser): SignIn {
  const signer = new SignatureV4({ service: 'elasticache', region, credentials, sha256: Sha256 });
  const request = new HttpRequest({
    method: 'GET',
    protocol: 'http:',
    hostname: cacheName,
    path: '/',
    query: { Action: 'connect', User: user, ...(isServerless && { ResourceType: 'ServerlessCache' }) },
    headers: { host: cacheName },
  });
  return async () => {
    const { query = {} } = await signer.presign(request, { expiresIn: TOKEN_LIFETIME });
    const parameters = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
    return { username: user, password: `${cacheName}/?${parameters.join('&')}` };
  };
}

import { region } from './intrinsics';
import { checkPresignedRequest, hashOf, SignatureError } from './signature-v4';
import type { Credentials } from './signature-v4';

/** Seconds for which ElastiCache accepts a token. */
const longestLifetime = 900;

/**
 * Checks a password as ElastiCache does for users that IAM authenticates: a presigned request to connect, without its
 * scheme. Source: Amazon ElastiCache User Guide, "Authenticating with IAM".
 *
 * @throws SignatureError
 */
export function checkElastiCacheToken(token: string, expected: { readonly user: string; readonly cacheName: string; readonly isServerless: boolean; readonly credentials: Credentials }): void {
  if (!URL.canParse(`http://${token}`) || !token.includes('/?')) {
    throw new SignatureError('The password is no presigned request.');
  }
  const [host, text] = [token.slice(0, token.indexOf('/?')), token.slice(token.indexOf('/?') + 2)];
  const query = new URLSearchParams(text);
  const stated = { host, action: query.get('Action'), user: query.get('User'), kind: query.get('ResourceType') };
  const wanted = { host: expected.cacheName, action: 'connect', user: expected.user, kind: expected.isServerless ? 'ServerlessCache' : null };
  if (JSON.stringify(stated) !== JSON.stringify(wanted)) {
    throw new SignatureError(`The token is for ${JSON.stringify(stated)}; it should be for ${JSON.stringify(wanted)}.`);
  }
  const request = { method: 'GET', path: '/', query, headers: { host }, payloadHash: hashOf('') };
  checkPresignedRequest(request, expected.credentials, { region, service: 'elasticache' }, longestLifetime);
}

import { createHash, createHmac } from 'node:crypto';
import { elastiCacheSignIn } from '../../lambda/datastore/elasticache-token';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: 'token/with+signs==' };
const user = { cacheName: 'frocket-cache', user: 'frocket-worker', region: 'eu-central-1', credentials };

/** Signature Version 4 of a presigned request, from AWS's description of it. */
function signatureOf(url: URL): string {
  const date = url.searchParams.get('X-Amz-Date') ?? '';
  const scope = `${date.slice(0, 8)}/${user.region}/elasticache/aws4_request`;
  const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = ['GET', '/', query, `host:${url.hostname}\n`, 'host', sha256('')].join('\n');
  const sign = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = [date.slice(0, 8), user.region, 'elasticache', 'aws4_request'].reduce<string | Buffer>(sign, `AWS4${credentials.secretAccessKey}`);
  return sign(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
}

describe('The password for ElastiCache', () => {
  test.each([false, true])('is a presigned request to connect (serverless: %s)', async (isServerless) => {
    const { username, password } = await elastiCacheSignIn({ ...user, isServerless })();
    const url = new URL(`http://${password}`);

    expect(username).toBe('frocket-worker');
    expect(url.hostname).toBe('frocket-cache');
    expect(url.searchParams.get('Action')).toBe('connect');
    expect(url.searchParams.get('User')).toBe('frocket-worker');
    expect(url.searchParams.get('ResourceType')).toBe(isServerless ? 'ServerlessCache' : null);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe(credentials.sessionToken);
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(url));
  });
});

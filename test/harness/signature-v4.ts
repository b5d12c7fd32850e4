import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as AWS's signature version 4 sees it; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export interface SignedRequest {
  readonly method: string;
  /** As sent, which is percent-encoded once. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name: the signed ones at least. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** SHA-256 of the body, in hexadecimal. */
  readonly payloadHash: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a signature is valid for. */
export interface Scope {
  readonly region: string;
  readonly service: string;
}

interface Claim {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  /** As 20260131T235959Z. */
  readonly date: string;
}

/** A signature that AWS would refuse. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

/** Seconds that a request's date may differ from now. */
const clockSkew = 300;

export function hashOf(payload: string | Buffer): string {
  return createHash('sha256').update(payload).digest('hex');
}

/** Checks a request whose signature is in its Authorization header. @throws SignatureError */
export function checkSignedRequest(request: SignedRequest, credentials: Credentials, scope: Scope): void {
  const { authorization = '', 'x-amz-date': date = '', 'x-amz-security-token': token } = request.headers;
  const [, credential, signedHeaders, signature] = /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(authorization) ?? [];
  if (signature === undefined) {
    throw new SignatureError(`The Authorization header is none of signature version 4: '${authorization.slice(0, 40)}'.`);
  }
  if (Math.abs(Date.now() - timeOf(date)) > clockSkew * 1000) {
    throw new SignatureError(`The signature is of ${date}, which is not now.`);
  }
  checkToken(token, credentials);
  check(request, { credential, signedHeaders, signature, date }, credentials, scope);
}

/** Checks a request whose signature is in its query. @throws SignatureError */
export function checkPresignedRequest(request: SignedRequest, credentials: Credentials, scope: Scope, longestSeconds: number): void {
  const parameter = (name: string) => {
    const value = request.query.get(name);
    if (value === null) {
      throw new SignatureError(`The presigned request has no ${name}.`);
    }
    return value;
  };
  const date = parameter('X-Amz-Date');
  const lifetime = Number(parameter('X-Amz-Expires'));
  if (parameter('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || !(lifetime > 0 && lifetime <= longestSeconds)) {
    throw new SignatureError(`The presigned request is valid for ${lifetime} seconds; it should be at most ${longestSeconds}.`);
  }
  if (timeOf(date) > Date.now() + clockSkew * 1000 || timeOf(date) + lifetime * 1000 < Date.now()) {
    throw new SignatureError(`The presigned request is of ${date}, and has expired or not begun.`);
  }
  checkToken(request.query.get('X-Amz-Security-Token') ?? undefined, credentials);
  check(request, { credential: parameter('X-Amz-Credential'), signedHeaders: parameter('X-Amz-SignedHeaders'), signature: parameter('X-Amz-Signature'), date }, credentials, scope);
}

function checkToken(token: string | undefined, { sessionToken }: Credentials): void {
  if (token !== sessionToken) {
    throw new SignatureError('The session token is missing or another one.');
  }
}

function check(request: SignedRequest, { credential, signedHeaders, signature, date }: Claim, { accessKeyId, secretAccessKey }: Credentials, { region, service }: Scope): void {
  const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
  if (credential !== `${accessKeyId}/${scope}`) {
    throw new SignatureError(`The signature is by and for '${credential}'; it should be for '${accessKeyId}/${scope}'.`);
  }
  if (!signedHeaders.split(';').includes('host')) {
    throw new SignatureError('The signature leaves out the host.');
  }
  const canonical = [
    request.method,
    // All services but S3 encode the path once more.
    request.path.split('/').map(encode).join('/'),
    canonicalQuery(request.query),
    ...signedHeaders.split(';').map((name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}`),
    '',
    signedHeaders,
    request.payloadHash,
  ].join('\n');
  const key = [date.slice(0, 8), region, service, 'aws4_request'].reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', date, scope, hashOf(canonical)].join('\n'));
  const given = Buffer.from(signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new SignatureError('The signature is not that of the request.');
  }
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

/** RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

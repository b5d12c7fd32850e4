import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where and when a request is judged. */
export interface Judgement {
  readonly keys: Keys;
  readonly region: string;
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Signatures hold for five minutes around their date. */
const TOLERANCE = 300_000;

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** RFC 3986: all but unreserved characters. */
function encode(text: string): string {
  return [...Buffer.from(text)].map((byte) => (/[A-Za-z0-9\-._~]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join('');
}

/**
 * Why AWS would refuse a request, in its words; null where it would not. Written from the document "Create a signed AWS API
 * request" of the IAM User Guide, without the SDK.
 */
export function refusalOf({ method = '', url = '', headers }: IncomingMessage, body: Buffer, { keys, region, service, now }: Judgement): string | null {
  const [, id, date, inRegion, forService, signedHeaders, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '') ?? [];
  const header = (name: string) => String(headers[name] ?? '');
  const time = header('x-amz-date');
  if (signature === undefined) {
    return 'Missing Authentication Token';
  }
  if (inRegion !== region || forService !== service) {
    return `Credential should be scoped to a valid region, not '${inRegion}'.`;
  }
  if (id !== keys.accessKeyId || header('x-amz-security-token') !== (keys.sessionToken ?? '')) {
    return 'The security token included in the request is invalid.';
  }
  const signedAt = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!time.startsWith(date) || Math.abs(now - signedAt) > TOLERANCE) {
    return signedAt > now ? `Signature not yet current: ${time}` : `Signature expired: ${time} is now earlier than the allowed time`;
  }
  const names = signedHeaders.split(';');
  const unsigned = Object.keys(headers).filter((name) => (name === 'host' || name === 'content-type' || name.startsWith('x-amz-')) && !names.includes(name));
  if (unsigned.length > 0) {
    return `Header should be signed: ${unsigned.join(', ')}`;
  }
  const [path, query = ''] = url.split('?');
  const canonical = [
    method,
    canonicalPath(path),
    [...new URLSearchParams(query)].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join('&'),
    ...names.map((name) => `${name}:${header(name).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = [region, service, 'aws4_request'].reduce((inner, part) => hmac(inner, part), hmac(`AWS4${keys.secretAccessKey}`, date));
  const expected = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
  return expected === signature ? null : 'The request signature we calculated does not match the signature you provided.';
}

/**
 * Each segment percent-encoded twice. Whether the receiver encodes once more what was sent, or decodes it and encodes it
 * twice, must not matter.
 */
function canonicalPath(path: string): string {
  const sent = path.split('/').map(encode).join('/');
  const decoded = path.split('/').map((segment) => encode(encode(decodeURIComponent(segment)))).join('/');
  if (sent !== decoded) {
    throw new Error(`The path ${path} can be signed in two ways.`);
  }
  return sent;
}

import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import { region } from './intrinsics';
import type { Credentials } from './signature-v4';

/** Asks an API that authenticates by IAM. `body` is sent as JSON. */
export async function signedFetch(address: string, credentials: Credentials, { method = 'GET', body }: { readonly method?: 'GET' | 'POST'; readonly body?: unknown } = {}): Promise<Response> {
  const url = new URL(address);
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const request = new HttpRequest({
    method,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...(text === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(text === undefined ? {} : { body: text }),
  });
  const signed = await new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 }).sign(request);
  return fetch(url, { method, headers: signed.headers, ...(text === undefined ? {} : { body: text }) });
}

import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import { CredentialsError } from './errors';

/** A request as it is about to be sent: nothing of it may change after it was signed. */
export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The request's headers, completed with its signature; the host's is the sender's affair. Rejects with `CredentialsError`. */
export type Sign = (request: UnsignedRequest) => Promise<Record<string, string>>;

/**
 * Signs requests to API Gateway with the credentials that AWS's own tools would find: environment, profile, SSO, role.
 * As for every service but S3, the signature is over the path as it is sent, percent-encoded once more.
 *
 * Source: AWS IAM User Guide, "Create a signed AWS API request".
 */
export function requestSigner(region: string): Sign {
  const find = defaultProvider({ clientConfig: { region } });
  const credentials = () =>
    find().catch((error: unknown) => {
      throw new CredentialsError(error);
    });
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  return async ({ method, url, headers, body }) => {
    const request = new HttpRequest({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host },
      ...(body === undefined ? {} : { body }),
    });
    const { headers: signed } = await signer.sign(request);
    delete signed.host;
    return signed;
  };
}

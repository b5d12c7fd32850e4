/** Who asks an API: an API that is open, such as `frocket serve`, needs neither of these. */
export interface Caller {
  /** Sent as `x-api-key`. */
  readonly apiKey?: string;
  /** Requests are signed with the AWS credentials at hand, for an API in this region. */
  readonly signingRegion?: string;
}

/** API Gateway's own addresses, also those through a VPC endpoint: `<id>[-<vpce-id>].execute-api.<region>.amazonaws.com[.cn]`. */
const gatewayHost = /^[a-z0-9-]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** The region of an address of API Gateway; null for any other address, such as a domain of one's own. */
export function gatewayRegion({ hostname }: URL): string | null {
  return gatewayHost.exec(hostname)?.[1] ?? null;
}

/**
 * How to ask the API at this address. An address of API Gateway is asked with a signature, unless there is a key to show:
 * such an API takes either keys or signatures.
 *
 * @param region for which to sign, whatever the address
 */
export function callerFor(api: URL, { apiKey, region }: { readonly apiKey?: string | undefined; readonly region?: string | undefined }): Caller {
  const signingRegion = region ?? (apiKey === undefined ? gatewayRegion(api) : null);
  return { ...(apiKey === undefined ? {} : { apiKey }), ...(signingRegion === null ? {} : { signingRegion }) };
}

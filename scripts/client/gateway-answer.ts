import type { Caller } from './caller';
import { GatewayError } from './errors';

interface Refusal {
  /** Of the error's type (header `x-amzn-errortype`) and message, as AWS documents them. */
  readonly sign: RegExp;
  readonly advice: (caller: Caller) => string;
}

/** More telling ones first: API Gateway gives several refusals the same type. Source: AWS re:Post, "HTTP 403 errors from API Gateway". */
const refusals: readonly Refusal[] = [
  {
    sign: /Missing Authentication Token/i,
    advice: (caller) =>
      caller.signingRegion === undefined
        ? 'The request was not signed, or there is no such path. Does the address end with the stage, such as /v1? For a domain of your own, name the region to sign for with --sign.'
        : 'There is no such path. Does the address end with the stage, such as /v1?',
  },
  {
    sign: /Signature (expired|not yet current)/i,
    advice: () => "This machine's clock is wrong: set it, since signatures hold for five minutes.",
  },
  {
    sign: /scoped to a valid region/i,
    advice: ({ signingRegion }) => `The request was signed for ${signingRegion ?? 'no region'}: name the API's own region with --sign.`,
  },
  {
    sign: /security token.* expired|ExpiredToken/i,
    advice: () => 'The AWS credentials have expired: sign in again (`aws sso login`).',
  },
  {
    sign: /security token.* invalid|UnrecognizedClient/i,
    advice: () => 'The AWS credentials are not valid: sign in again, or choose another profile with AWS_PROFILE.',
  },
  {
    sign: /InvalidSignature|signature we calculated does not match/i,
    advice: () => 'The secret access key does not belong to the access key ID, or something between here and AWS changed the request.',
  },
  {
    sign: /not authorized to perform/i,
    advice: () => 'Attach the policy that `npm run deploy` printed (the output CallerPolicyArn) to this role or user.',
  },
  {
    sign: /\bForbidden\b/i,
    advice: ({ apiKey }) =>
      apiKey === undefined
        ? 'The API takes keys, and FROCKET_API_KEY is not set; or it is private, and this is not its VPC; or the address lacks the stage, such as /v1.'
        : 'The API does not know the key in FROCKET_API_KEY; or it is private, and this is not its VPC; or the address lacks the stage, such as /v1.',
  },
  { sign: /Limit Exceeded/i, advice: () => "The key's monthly quota is used up (setting api.requestsPerMonth)." },
  { sign: /Too Many Requests|TooManyRequests/i, advice: () => 'Ask less often, or raise api.requestsPerSecond and api.burst.' },
];

const ofStatus: Readonly<Record<number, string>> = {
  400: 'The body is not what the API takes.',
  413: 'The body is larger than API Gateway takes.',
  502: "The invoker function failed: its log says why. `npx frocket doctor` looks at all of a deployment's parts.",
  503: 'Try again in a moment.',
  504: 'The invoker function took longer than it may.',
};

/**
 * What an answer of API Gateway's own means and what to do about it. Null where the answer is not of its shape, which is
 * `{"message": …}`, or `{"Message": …}` where policies refuse.
 */
export function gatewayError(response: Response, url: URL, answer: unknown, caller: Caller): GatewayError | null {
  const message = messageOf(answer);
  if (response.ok || message === null) {
    return null;
  }
  const told = `${response.headers.get('x-amzn-errortype') ?? ''} ${message}`;
  const advice = refusals.find(({ sign }) => sign.test(told))?.advice(caller) ?? ofStatus[response.status];
  return new GatewayError(url, response.status, message, advice ?? 'The API\'s access and execution logs may tell more.');
}

function messageOf(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) {
    return null;
  }
  const message = 'message' in answer ? answer.message : 'Message' in answer ? answer.Message : undefined;
  return message === undefined ? null : typeof message === 'string' ? message : 'no reason given';
}

import { FrocketError } from '../../lambda/query/errors';
import type { ErrorKind } from '../../lambda/query/errors';
import type { ErrorResponse } from '../../lambda/invoker/service';

/** An error that the API answered with. */
export class ApiError extends FrocketError {
  readonly kind: ErrorKind;
  readonly requestId: string;

  constructor({ errorKind, errorMessage, path, requestId }: ErrorResponse) {
    super(errorMessage, path);
    this.kind = errorKind;
    this.requestId = requestId;
  }
}

/** No answer, or none that an API of Funnel Rocket would give. */
export class ApiUnreachableError extends Error {
  override readonly name = 'ApiUnreachableError';

  constructor(
    readonly url: URL,
    problem: string,
  ) {
    const question = isLocal(url) ? 'Is `frocket serve` running there?' : 'Is the address right, and may this machine reach it?';
    super(`No answer from a Funnel Rocket API at ${url.origin}: ${problem}. ${question}`);
  }
}

/** API Gateway, which stands before the API, answered in its place. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';

  constructor(
    readonly url: URL,
    readonly status: number,
    message: string,
    advice: string,
  ) {
    super(`API Gateway answered ${status} at ${url.origin}${url.pathname}: ${message.replace(/\.$/, '')}. ${advice}`);
  }
}

/** The API wants signed requests, and there is nothing to sign with. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `Requests to this API are signed, and there are no usable AWS credentials: ${reason.replace(/\.$/, '')}. ` +
        'Sign in (`aws sso login`), choose a profile with AWS_PROFILE, or give the API\'s key in FROCKET_API_KEY where it takes keys.',
      { cause },
    );
  }
}

function isLocal({ hostname }: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

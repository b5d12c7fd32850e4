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
    super(`No answer from a Funnel Rocket API at ${url.origin}: ${problem}. Is \`frocket serve\` running there?`);
  }
}

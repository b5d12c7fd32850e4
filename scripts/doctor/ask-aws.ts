/** What a question to AWS needs and is about, for telling why there is no answer. */
export interface Question {
  /** The action that the caller must be allowed, such as `lambda:GetFunctionConfiguration`. */
  readonly permission: string;
  /** In words, such as `function frocket-prod-worker`. */
  readonly resource: string;
}

/** AWS did not answer a question; the message is one sentence for people. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** By the names of AWS's errors, which differ between services. */
const sentences: readonly (readonly [RegExp, (question: Question) => string])[] = [
  [/^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError|Forbidden|403)$/, ({ permission, resource }) => `Your AWS credentials lack the permission ${permission} on ${resource}: ask for it, or choose another profile with AWS_PROFILE.`],
  [/^(ExpiredToken|ExpiredTokenException|RequestExpired)$/, () => 'Your AWS credentials have expired: sign in again (`aws sso login`).'],
  [/^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch)$/, () => 'AWS does not know your credentials: sign in again, or choose another profile with AWS_PROFILE.'],
  [/Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/, ({ resource }) => `AWS was asked too often to tell about ${resource}: try again in a minute.`],
  [/NotFound|NoSuchBucket/, ({ resource }) => `There is no ${resource}, although its stack has it: it was removed by other means. Destroy and deploy again.`],
];

/**
 * The answer of AWS.
 *
 * @throws NoAnswerError naming the permission or resource
 */
export async function askAws<T>(answer: Promise<T>, question: Question): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const sentence = sentences.find(([names]) => names.test(name))?.[1](question);
    throw new NoAnswerError(sentence ?? `${question.permission} on ${question.resource} had no answer: ${isAnswered(error) ? name : 'AWS cannot be reached'}${message === '' ? '' : ` (${message})`}.`, { cause: error });
  }
}

/** Whether AWS refused, or there was no connection to it. */
function isAnswered(error: unknown): boolean {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : null;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata && metadata.httpStatusCode !== undefined;
}

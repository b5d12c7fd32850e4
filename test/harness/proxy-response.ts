/** Status and headers of a function's answer to API Gateway. */
export interface ResponseHead {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** An answer that API Gateway cannot pass on: its clients get status 502. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

const delimiter = Buffer.alloc(8);

/** Bytes within which the head of a streamed answer must end. */
const largestHead = 16 * 1024;

/**
 * The head of a streamed answer, which is JSON, and what follows its eight zero bytes; null while it is incomplete.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 *
 * @throws MalformedResponseError
 */
export function readStreamHead(received: Buffer): { readonly head: ResponseHead; readonly rest: Buffer } | null {
  const at = received.indexOf(delimiter);
  if (at === -1) {
    if (received.length > largestHead) {
      throw new MalformedResponseError(`The delimiter of eight zero bytes is missing in the first ${largestHead} bytes.`);
    }
    return null;
  }
  return { head: headOf(parse(received.subarray(0, at).toString())), rest: received.subarray(at + delimiter.length) };
}

/** The answer of a function that was awaited. @throws MalformedResponseError */
export function readBuffered(payload: Buffer): { readonly head: ResponseHead; readonly body: Buffer } {
  const answer = parse(payload.toString());
  const { body = '', isBase64Encoded = false } = answer as { readonly body?: unknown; readonly isBase64Encoded?: unknown };
  if (typeof body !== 'string' || typeof isBase64Encoded !== 'boolean') {
    throw new MalformedResponseError('The body should be text.');
  }
  return { head: headOf(answer), body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') };
}

function headOf(answer: object): ResponseHead {
  const { statusCode, headers = {}, multiValueHeaders = {}, cookies = [] } = answer as Record<string, unknown> & { readonly headers?: object; readonly multiValueHeaders?: object; readonly cookies?: string[] };
  const status = Number(statusCode ?? 200);
  if (!Number.isInteger(status) || status < 100 || status > 599) {
    throw new MalformedResponseError(`The status is ${String(statusCode)}.`);
  }
  return { statusCode: status, headers: { ...headers, ...multiValueHeaders, ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}) } };
}

function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) {
      return value;
    }
  } catch {
    // Said below.
  }
  throw new MalformedResponseError(`The answer should be a JSON object, and begins '${text.slice(0, 40)}'.`);
}

import { stringifyJson } from '../../lambda/query/json';
import type {
  DatasetSummary,
  ErrorResponse,
  FrocketService,
  FullSchema,
  PartsResponse,
  Progress,
  QueryOptions,
  QueryResponse,
  RegisterRequest,
  RegisterResponse,
  RunOptions,
  ShortSchema,
  UnregisterResponse,
} from '../../lambda/invoker/service';
import type { Caller } from './caller';
import { ApiError, ApiUnreachableError, GatewayError } from './errors';
import { gatewayError } from './gateway-answer';
import { linesOf } from './json-lines';
import { parseOrderedJson } from '../../lambda/query/ordered-json';
import type { Sign } from './request-signer';

interface Request {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  /** JSON text. */
  readonly body?: string;
  readonly options?: RunOptions;
}

/**
 * `FrocketService` by a Funnel Rocket API's routes. Rejects with `ApiError`; with `GatewayError`, `CredentialsError` or
 * `ApiUnreachableError` where the request never came to the API.
 */
export class HttpService implements FrocketService {
  #sign: Promise<Sign> | null = null;

  /**
   * @param api the API's address, with the stage's path where it has one
   * @param caller who asks; default: anyone
   */
  constructor(
    private readonly api: URL,
    private readonly caller: Caller = {},
  ) {}

  /** Whether the API is up. */
  health(): Promise<{ readonly status: string }> {
    return this.send({ path: 'health' });
  }

  register(request: RegisterRequest, options?: RunOptions): Promise<RegisterResponse> {
    return this.stream('datasets/register', stringifyJson(request), options);
  }

  list(): Promise<DatasetSummary[]> {
    return this.send({ path: 'datasets' });
  }

  schema(name: string): Promise<ShortSchema> {
    return this.send({ path: `${pathOf(name)}/schema` });
  }

  fullSchema(name: string): Promise<FullSchema> {
    return this.send({ path: `${pathOf(name)}/schema?full=true` });
  }

  querySchema(name: string): Promise<unknown> {
    return this.send({ path: `${pathOf(name)}/query-schema` });
  }

  parts(name: string): Promise<PartsResponse> {
    return this.send({ path: `${pathOf(name)}/parts` });
  }

  query(name: string, query: string, options?: QueryOptions): Promise<QueryResponse> {
    return this.stream(`${pathOf(name)}/query`, query, options, options?.fresh === true ? '&fresh=true' : '');
  }

  unregister(name: string, options?: { readonly force?: boolean }): Promise<UnregisterResponse> {
    const path = `${pathOf(name)}/unregister${options?.force === true ? '?force=true' : ''}`;
    return this.send({ path, method: 'POST' });
  }

  /** Streamed always: a connection on which lines arrive is not cut by idle timeouts, however long the job. */
  private stream<Answer>(path: string, body: string, options: RunOptions = {}, parameters = ''): Promise<Answer> {
    return this.send({ path: `${path}?stream=true${parameters}`, method: 'POST', body, options });
  }

  private async send<Answer>({ path, method = 'GET', body, options }: Request): Promise<Answer> {
    const url = new URL(path, this.api.href.replace(/\/*$/, '/'));
    const headers = await this.headers(url, method, body);
    let last: unknown;
    try {
      const response = await fetch(url, {
        method,
        headers,
        // A key or signature is for this address only.
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
        ...(options?.signal === undefined ? {} : { signal: options.signal }),
      });
      if (response.headers.get('content-type')?.includes('json') !== true) {
        throw new ApiUnreachableError(url, withoutJson(response));
      }
      last = await lastAnswer(response, options?.onProgress);
      const refusal = isErrorResponse(last) ? null : gatewayError(response, url, last, this.caller);
      if (refusal !== null) {
        throw refusal;
      }
    } catch (error) {
      throw options?.signal?.aborted === true || error instanceof ApiUnreachableError || error instanceof GatewayError
        ? error
        : new ApiUnreachableError(url, causeOf(error));
    }
    if (isErrorResponse(last)) {
      throw new ApiError(last);
    }
    return last as Answer;
  }

  private async headers(url: URL, method: string, body: string | undefined): Promise<Record<string, string>> {
    const { apiKey, signingRegion } = this.caller;
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
    };
    if (signingRegion === undefined) {
      return headers;
    }
    // What finds credentials takes a while to load.
    this.#sign ??= import('./request-signer').then(({ requestSigner }) => requestSigner(signingRegion));
    const sign = await this.#sign;
    return sign({ method, url, headers, ...(body === undefined ? {} : { body }) });
  }
}

/** Percent-encoded by RFC 3986, which signatures are made over; JavaScript leaves some characters as they are. */
function pathOf(dataset: string): string {
  const encoded = encodeURIComponent(dataset).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `datasets/${encoded}`;
}

/** Hands on the lines that tell progress and returns the other: the answer. */
async function lastAnswer(response: Response, onProgress?: (progress: Progress) => void): Promise<unknown> {
  if (response.headers.get('content-type')?.includes('ndjson') !== true) {
    return parseOrderedJson(await response.text());
  }
  let answer: unknown;
  for await (const line of response.body === null ? [] : linesOf(response.body)) {
    const parsed = parseOrderedJson(line);
    if (isProgress(parsed)) {
      onProgress?.(parsed);
    } else {
      answer = parsed;
    }
  }
  if (answer === undefined) {
    throw new Error('the connection ended before the answer');
  }
  return answer;
}

function isProgress(line: unknown): line is Progress {
  return typeof line === 'object' && line !== null && 'stage' in line;
}

function isErrorResponse(answer: unknown): answer is ErrorResponse {
  return typeof answer === 'object' && answer !== null && 'success' in answer && answer.success === false;
}

function withoutJson({ status, headers }: Response): string {
  const elsewhere = headers.get('location');
  return elsewhere === null ? `it answered ${status} without JSON` : `it answered ${status} and points to ${elsewhere}`;
}

/** `fetch` hides the reason in the error's cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  // Where a name has several addresses, the cause is an AggregateError with an empty message and a code.
  return cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : cause.name) : String(cause);
}

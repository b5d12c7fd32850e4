import { LimitError, SchemaError } from '../query/errors';
import { ClientGoneError } from './http-errors';

/**
 * Reads a request's body as UTF-8 text, and stops as soon as it is too large, whether or not its length was told.
 *
 * @param maxSize bytes
 * @throws LimitError; SchemaError for bytes that are not UTF-8; ClientGoneError
 */
export async function readLimitedText(request: Request, maxSize: number): Promise<string> {
  const length = request.headers.get('content-length');
  refuseLarge(Number(length ?? 0), maxSize);
  // Node.js reads no more than the length that it was told, and much faster as a whole.
  return length === null ? readChunks(request, maxSize) : readWhole(request, maxSize);
}

async function readWhole(request: Request, maxSize: number): Promise<string> {
  const body = await request.arrayBuffer().catch((error: unknown) => {
    throw request.signal.aborted ? new ClientGoneError() : error;
  });
  refuseLarge(body.byteLength, maxSize);
  return decode([new Uint8Array(body)]);
}

async function readChunks(request: Request, maxSize: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: ReadableStream<Uint8Array> | null = request.body;
  const reader = body?.getReader();
  for (;;) {
    const chunk = await reader?.read().catch((error: unknown) => {
      throw request.signal.aborted ? new ClientGoneError() : error;
    });
    if (chunk?.value === undefined) {
      return decode(chunks);
    }
    size += chunk.value.length;
    refuseLarge(size, maxSize);
    chunks.push(chunk.value);
  }
}

function decode(chunks: readonly Uint8Array[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  } catch {
    throw new SchemaError("The request's body is not UTF-8 text.", '');
  }
}

function refuseLarge(size: number, maxSize: number): void {
  if (size > maxSize) {
    throw new LimitError(`The request's body is larger than ${maxSize} bytes.`, 'request');
  }
}

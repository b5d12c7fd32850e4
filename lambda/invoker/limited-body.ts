import { LimitError } from '../query/errors';

/**
 * Reads a request's body as UTF-8 text, and stops as soon as it is too large, whether or not its length was told.
 *
 * @param maxSize bytes
 * @throws LimitError
 */
export async function readLimitedText(request: Request, maxSize: number): Promise<string> {
  refuseLarge(Number(request.headers.get('content-length') ?? 0), maxSize);
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  const body: ReadableStream<Uint8Array> | null = request.body;
  const reader = body?.getReader();
  for (;;) {
    const chunk = await reader?.read();
    if (chunk?.value === undefined) {
      return text + decoder.decode();
    }
    size += chunk.value.length;
    refuseLarge(size, maxSize);
    text += decoder.decode(chunk.value, { stream: true });
  }
}

function refuseLarge(size: number, maxSize: number): void {
  if (size > maxSize) {
    throw new LimitError(`The request's body is larger than ${maxSize} bytes.`, 'request');
  }
}

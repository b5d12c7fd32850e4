import { Readable } from 'node:stream';
import type { S3 } from '@aws-sdk/client-s3';
import pRetry from 'p-retry';
import type { PartFile } from '../datastore/dataset';
import { IncompleteReadError } from './errors';
import { s3Error } from './s3-errors';
import type { PartSource } from './storage';

/** Further attempts at a range whose body broke off, and milliseconds before the first of them; doubled each time. */
const RETRIES = 3;
const RETRY_DELAY = 100;

/** An object, read by requests for ranges that S3 refuses once the object is another one. */
export class S3Source implements PartSource {
  readonly name: string;
  readonly byteLength: number;

  constructor(
    private readonly object: { readonly bucket: string; readonly key: string },
    private readonly part: PartFile,
    private readonly client: () => Promise<S3>,
  ) {
    this.name = `s3://${object.bucket}/${object.key}`;
    this.byteLength = part.size;
  }

  async read(start: number, end: number, room = new Uint8Array(end - start)): Promise<Uint8Array> {
    if (start === end) {
      return new Uint8Array(0);
    }
    // The SDK tries requests again, but not once the answer has begun: a body that breaks off is up to us.
    return pRetry(() => this.#readOnce(start, end, room), {
      retries: RETRIES,
      minTimeout: RETRY_DELAY,
      shouldRetry: ({ error }) => error instanceof IncompleteReadError,
    });
  }

  async check(): Promise<void> {
    try {
      await (await this.client()).headObject({ Bucket: this.object.bucket, Key: this.object.key, IfMatch: this.part.etag });
    } catch (error) {
      throw s3Error(this.name, error);
    }
  }

  /** Connections belong to the client, which is shared. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  async #readOnce(start: number, end: number, room: Uint8Array): Promise<Uint8Array> {
    const body = await this.#request(start, end);
    const bytes = room.subarray(0, end - start);
    let arrived = 0;
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        if (arrived + chunk.length <= bytes.length) bytes.set(chunk, arrived);
        arrived += chunk.length;
      }
    } catch (error) {
      throw new IncompleteReadError(this.name, end - start, 'only a part', { cause: error });
    }
    if (arrived !== bytes.length) {
      throw new IncompleteReadError(this.name, end - start, arrived);
    }
    return bytes;
  }

  async #request(start: number, end: number): Promise<Readable> {
    try {
      const client = await this.client();
      const { Body: body, ContentRange: range } = await client.getObject({
        Bucket: this.object.bucket,
        Key: this.object.key,
        Range: `bytes=${start}-${end - 1}`,
        IfMatch: this.part.etag,
      });
      // A server or proxy that ignores ranges sends all of the object: not to be read into memory.
      if (body === undefined || range === undefined || !range.startsWith(`bytes ${start}-`)) {
        await body?.transformToWebStream().cancel();
        throw new Error(`the server answered with ${range ?? 'the whole object'} when asked for bytes ${start}-${end - 1}`);
      }
      // What the SDK gives Node.js.
      if (!(body instanceof Readable)) throw new Error('the body of an answer is no stream of Node.js');
      return body;
    } catch (error) {
      throw s3Error(this.name, error);
    }
  }
}

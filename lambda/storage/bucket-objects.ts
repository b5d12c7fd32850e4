import type { S3 } from '@aws-sdk/client-s3';
import type { ObjectStore } from '../datastore/object-store';
import { PathNotFoundError } from './errors';
import { formatLocation } from './location';
import type { S3Location } from './location';
import { sharedS3Client } from './s3-client';
import { s3Error } from './s3-errors';

/** Objects directly under a prefix of a bucket. */
export class BucketObjects implements ObjectStore {
  readonly place: string;

  constructor(
    private readonly location: S3Location,
    private readonly client: () => Promise<S3> = sharedS3Client,
  ) {
    this.place = formatLocation(location);
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#request(name, (s3, object) => s3.putObject({ ...object, Body: bytes }));
  }

  async read(name: string): Promise<Uint8Array | null> {
    try {
      return await this.#request(name, async (s3, object) => {
        const { Body: body } = await s3.getObject(object);
        return (await body?.transformToByteArray()) ?? new Uint8Array(0);
      });
    } catch (error) {
      if (error instanceof PathNotFoundError) return null;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await this.#request(name, (s3, object) => s3.deleteObject(object));
  }

  async list(): Promise<string[]> {
    const { bucket, prefix } = this.location;
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#request('', (s3) => s3.listObjectsV2({ Bucket: bucket, Prefix: prefix, Delimiter: '/', ContinuationToken: token }));
      names.push(...(page.Contents ?? []).map(({ Key: key = '' }) => key.slice(prefix.length)));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return names.filter((name) => name !== '');
  }

  async #request<Answer>(name: string, send: (s3: S3, object: { Bucket: string; Key: string }) => Promise<Answer>): Promise<Answer> {
    try {
      return await send(await this.client(), { Bucket: this.location.bucket, Key: this.location.prefix + name });
    } catch (error) {
      throw s3Error(`${this.place}/${name}`, error);
    }
  }
}

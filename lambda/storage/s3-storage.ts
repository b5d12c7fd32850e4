import type { ListObjectsV2CommandOutput, S3 } from '@aws-sdk/client-s3';
import type { PartFile } from '../datastore/dataset';
import { PathNotFoundError } from './errors';
import { formatLocation } from './location';
import type { S3Location } from './location';
import { namePattern } from './name-pattern';
import { s3Error } from './s3-errors';
import { S3Source } from './s3-source';
import type { PartSource, Storage } from './storage';

/** What lies under a prefix of a bucket. */
export class S3Storage implements Storage {
  constructor(
    private readonly location: S3Location,
    private readonly client: () => Promise<S3>,
  ) {}

  async list(pattern: string): Promise<PartFile[]> {
    const matches = namePattern(pattern);
    const parts: PartFile[] = [];
    let isEmpty = true;
    for await (const page of this.#pages()) {
      isEmpty &&= (page.KeyCount ?? 0) === 0;
      for (const { Key: key = '', Size: size = 0, ETag: etag = '' } of page.Contents ?? []) {
        const filename = key.slice(this.location.prefix.length);
        // Keys that end in a slash are folders that some tools create.
        if (filename !== '' && !filename.endsWith('/') && matches(filename)) {
          parts.push({ filename, size, etag });
        }
      }
    }
    if (isEmpty && this.location.prefix !== '') {
      throw new PathNotFoundError(`'${formatLocation(this.location)}': the bucket has no objects under this prefix.`);
    }
    // S3 sorts by UTF-8 bytes, which differs beyond U+FFFF.
    return parts.sort((a, b) => (a.filename < b.filename ? -1 : 1));
  }

  open(part: PartFile): PartSource {
    const { bucket, prefix } = this.location;
    return new S3Source({ bucket, key: prefix + part.filename }, part, this.client);
  }

  async *#pages(): AsyncGenerator<ListObjectsV2CommandOutput> {
    const { bucket, prefix } = this.location;
    let token: string | undefined;
    do {
      const page = await this.#page({ Bucket: bucket, Prefix: prefix, Delimiter: '/', ContinuationToken: token });
      yield page;
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async #page(request: { Bucket: string; Prefix: string; Delimiter: string; ContinuationToken: string | undefined }): Promise<ListObjectsV2CommandOutput> {
    try {
      return await (await this.client()).listObjectsV2(request);
    } catch (error) {
      throw s3Error(formatLocation(this.location), error);
    }
  }
}

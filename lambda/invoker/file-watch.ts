import type { Logger } from 'pino';
import type { DatasetRecord } from '../datastore/dataset';
import { parseLocation } from '../storage/location';
import { openStorage } from '../storage/open-storage';

/** Milliseconds for which a dataset's files are taken for unchanged: a look at a folder is cheap, S3's listings are paid for. */
const LOOK_INTERVAL = { local: 1_000, s3: 60_000 };

interface Look {
  readonly at: number;
  readonly areAsRegistered: Promise<boolean>;
}

/**
 * Whether datasets' files are still those that were registered. Reading a changed file fails by itself; this is for answers
 * that are given without reading.
 */
export class FileWatch {
  /** By name, of the version looked at last. */
  readonly #looks = new Map<string, Look & { readonly registeredAt: string }>();

  constructor(private readonly logger: Pick<Logger, 'warn'>) {}

  /** True also where the files cannot be listed just now: what was computed from them before is no less right. */
  async areAsRegistered(dataset: DatasetRecord): Promise<boolean> {
    const { name, registeredAt } = dataset.id;
    const now = performance.now();
    const last = this.#looks.get(name);
    if (last?.registeredAt === registeredAt && now < last.at + LOOK_INTERVAL[parseLocation(dataset.basepath).kind]) {
      return last.areAsRegistered;
    }
    const areAsRegistered = this.#look(dataset);
    this.#looks.set(name, { registeredAt, at: now, areAsRegistered });
    return areAsRegistered;
  }

  async #look({ id, basepath, parts }: DatasetRecord): Promise<boolean> {
    try {
      const found = new Map((await openStorage(basepath).list('*')).map(({ filename, etag }) => [filename, etag]));
      return parts.every(({ filename, etag }) => found.get(filename) === etag);
    } catch (error) {
      this.logger.warn({ err: error, dataset: id.name }, 'The files of a dataset could not be listed; its stored answers are given all the same');
      return true;
    }
  }
}

import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { decode, encode } from './codec';
import type { DatasetRecord } from './dataset';
import { RegistryCopyError } from './errors';
import type { ObjectStore } from './object-store';
import type { DatastoreLogger } from './open-datastore';
import type { DatasetRegistry, RestorableRegistry } from './registry';

/** Copies read at once. */
const CONCURRENT_COPIES = 16;

/**
 * A registry whose datasets are copied to a place that outlives it, and restored from there when it comes up empty: a
 * Redis that was flushed, or lost its disk, forgets nothing.
 *
 * A copy is made before the registry is written, and removed before the registry forgets, so that what a crash between
 * the two leaves is seen by nobody or tried again. Copies are as many as datasets, and a few kilobytes for each.
 */
export class CopiedRegistry implements DatasetRegistry {
  #restoring: Promise<void> | null = null;

  constructor(
    private readonly registry: RestorableRegistry,
    private readonly copies: ObjectStore,
    private readonly logger: DatastoreLogger,
  ) {}

  async put(dataset: DatasetRecord): Promise<void> {
    await this.#restoreWhereLost();
    await this.#reaching(this.copies.write(copyName(dataset.id.name), encode(dataset)));
    await this.registry.put(dataset);
  }

  async get(name: string): Promise<DatasetRecord | null> {
    const found = await this.registry.get(name);
    if (found !== null) {
      return found;
    }
    await this.#restoreWhereLost();
    return this.registry.get(name);
  }

  async list(): Promise<DatasetRecord[]> {
    await this.#restoreWhereLost();
    return this.registry.list();
  }

  async remove(name: string): Promise<boolean> {
    await this.#restoreWhereLost();
    await this.#reaching(this.copies.remove(copyName(name)));
    return this.registry.remove(name);
  }

  touch(name: string, at: number): Promise<void> {
    return this.registry.touch(name, at);
  }

  lastUsed(name: string): Promise<number | null> {
    return this.registry.lastUsed(name);
  }

  claimName(name: string, requestId: string, ttl: number): Promise<boolean> {
    return this.registry.claimName(name, requestId, ttl);
  }

  releaseName(name: string, requestId: string): Promise<void> {
    return this.registry.releaseName(name, requestId);
  }

  /** @throws RegistryCopyError where the copies cannot be read: better no answer than that a dataset does not exist */
  async #restoreWhereLost(): Promise<void> {
    if (await this.registry.isRestored(this.copies.place)) {
      return;
    }
    this.#restoring ??= this.#restore().finally(() => {
      this.#restoring = null;
    });
    await this.#restoring;
  }

  async #restore(): Promise<void> {
    const restored = await this.registry.restore(this.copies.place, await this.#readCopies());
    if (restored > 0) {
      this.logger.warn({ restored, copies: this.copies.place }, 'The datastore had lost its datasets; they were restored from their copies');
    }
  }

  async #readCopies(): Promise<DatasetRecord[]> {
    const limit = pLimit(CONCURRENT_COPIES);
    const names = await this.#reaching(this.copies.list());
    const read = await limit.map(names, (name) => this.#readCopy(name));
    return read.filter((dataset) => dataset !== null);
  }

  async #reaching<Value>(work: Promise<Value>): Promise<Value> {
    try {
      return await work;
    } catch (error) {
      throw new RegistryCopyError(this.copies.place, error);
    }
  }

  /** One that is damaged costs its own dataset, not all. */
  async #readCopy(name: string): Promise<DatasetRecord | null> {
    const bytes = await this.#reaching(this.copies.read(name));
    const dataset = bytes === null ? null : datasetOf(bytes, name);
    if (bytes !== null && dataset === null) {
      this.logger.warn({ copy: `${this.copies.place}/${name}` }, 'A dataset’s copy is damaged, and was passed over: register the dataset again');
    }
    return dataset;
  }
}

/** Null for bytes that are no dataset of that copy. */
function datasetOf(bytes: Uint8Array, name: string): DatasetRecord | null {
  try {
    const dataset = decode<DatasetRecord>(bytes);
    return copyName(dataset.id.name) === name && Array.isArray(dataset.parts) ? dataset : null;
  } catch {
    return null;
  }
}

/** Dataset names are any text, which names of files and objects are not. */
function copyName(dataset: string): string {
  return `${createHash('sha256').update(JSON.stringify(dataset)).digest('hex')}.dataset`;
}

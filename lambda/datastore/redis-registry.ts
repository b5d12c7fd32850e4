import { decode, encode } from './codec';
import type { DatasetRecord } from './dataset';
import { DecodedCache } from './decoded-cache';
import type { RestorableRegistry } from './registry';
import { inNameOrder } from './name-order';
import type { RedisConnection } from './redis-connection';

/**
 * Datasets in one hash and the times of their last use in another, each with a field per name; claims in keys that expire.
 * A set names the places whose copies were restored since the server last came up empty.
 */
export class RedisRegistry implements RestorableRegistry {
  readonly #datasets: string;
  readonly #decoded = new DecodedCache<DatasetRecord>();
  readonly #lastUsed: string;
  readonly #restored: string;

  constructor(
    private readonly connection: RedisConnection,
    private readonly prefix: string,
  ) {
    this.#datasets = `${prefix}{registry}:datasets`;
    this.#lastUsed = `${prefix}{registry}:last-used`;
    this.#restored = `${prefix}{registry}:restored`;
  }

  async put(dataset: DatasetRecord): Promise<void> {
    await this.connection.run((redis) => redis.hset(this.#datasets, fieldOf(dataset.id.name), encode(dataset)));
  }

  async get(name: string): Promise<DatasetRecord | null> {
    const bytes = await this.connection.run((redis) => redis.hgetBuffer(this.#datasets, fieldOf(name)));
    return bytes === null ? null : this.#decoded.decode(name, bytes);
  }

  async list(): Promise<DatasetRecord[]> {
    const all = await this.connection.run((redis) => redis.hvalsBuffer(this.#datasets));
    return inNameOrder(all.map((bytes) => decode<DatasetRecord>(bytes)));
  }

  async remove(name: string): Promise<boolean> {
    return (await this.connection.run((redis) => redis.frocketRemoveDataset(this.#datasets, this.#lastUsed, fieldOf(name)))) === 1;
  }

  async touch(name: string, at: number): Promise<void> {
    await this.connection.run((redis) => redis.frocketTouchDataset(this.#datasets, this.#lastUsed, fieldOf(name), at));
  }

  async lastUsed(name: string): Promise<number | null> {
    const at = await this.connection.run((redis) => redis.hget(this.#lastUsed, fieldOf(name)));
    return at === null ? null : Number(at);
  }

  async claimName(name: string, requestId: string, ttl: number): Promise<boolean> {
    return (await this.connection.run((redis) => redis.frocketClaimName(this.#claimOf(name), requestId, ttl))) === 1;
  }

  async releaseName(name: string, requestId: string): Promise<void> {
    await this.connection.run((redis) => redis.frocketReleaseName(this.#claimOf(name), requestId));
  }

  async isRestored(place: string): Promise<boolean> {
    return (await this.connection.run((redis) => redis.sismember(this.#restored, place))) === 1;
  }

  restore(place: string, copied: readonly DatasetRecord[]): Promise<number> {
    const fields = copied.flatMap((dataset) => [fieldOf(dataset.id.name), encode(dataset)]);
    return this.connection.run((redis) => redis.frocketRestoreDatasets(this.#datasets, this.#restored, place, ...fields));
  }

  #claimOf(name: string): string {
    return `${this.prefix}claim:${fieldOf(name)}`;
  }
}

/** As JSON text, which keeps lone surrogates apart that UTF-8 would make one. */
function fieldOf(name: string): string {
  return JSON.stringify(name);
}

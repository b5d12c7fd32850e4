import type { DatasetRecord } from './dataset';
import { DecodedCache } from './decoded-cache';
import type { DatasetRegistry } from './registry';
import type { EmbeddedEnvironment } from './embedded-environment';
import type { EmbeddedTable } from './embedded-table';
import { inNameOrder } from './name-order';
import { isRunning, thisProcess } from './process-owner';
import type { ProcessOwner } from './process-owner';

interface Claim {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly owner: ProcessOwner;
}

export class EmbeddedRegistry implements DatasetRegistry {
  readonly #datasets: EmbeddedTable<DatasetRecord>;
  readonly #decoded = new DecodedCache<DatasetRecord>();
  readonly #lastUsed: EmbeddedTable<number>;
  readonly #claims: EmbeddedTable<Claim>;

  constructor(private readonly environment: EmbeddedEnvironment) {
    this.#datasets = environment.table('datasets');
    this.#lastUsed = environment.table('last-used');
    this.#claims = environment.table('claims');
  }

  put(dataset: DatasetRecord): Promise<void> {
    return this.environment.write(() => this.#datasets.put(dataset.id.name, dataset));
  }

  async get(name: string): Promise<DatasetRecord | null> {
    const bytes = await this.environment.read(() => this.#datasets.bytes(name));
    return bytes === null ? null : this.#decoded.decode(name, bytes);
  }

  async list(): Promise<DatasetRecord[]> {
    return inNameOrder(await this.environment.read(() => this.#datasets.values()));
  }

  remove(name: string): Promise<boolean> {
    return this.environment.write(() => {
      this.#lastUsed.remove(name);
      return this.#datasets.remove(name);
    });
  }

  touch(name: string, at: number): Promise<void> {
    return this.environment.write(() => {
      if (this.#datasets.get(name) !== null) {
        this.#lastUsed.put(name, Math.max(at, this.#lastUsed.get(name) ?? at));
      }
    });
  }

  lastUsed(name: string): Promise<number | null> {
    return this.environment.read(() => this.#lastUsed.get(name));
  }

  claimName(name: string, requestId: string, ttl: number): Promise<boolean> {
    return this.environment.write(() => {
      const claim = this.#claims.get(name);
      if (claim !== null && claim.requestId !== requestId && isHeld(claim)) {
        return false;
      }
      this.#claims.put(name, { requestId, expiresAt: Date.now() + ttl, owner: thisProcess() });
      return true;
    });
  }

  releaseName(name: string, requestId: string): Promise<void> {
    return this.environment.write(() => {
      if (this.#claims.get(name)?.requestId === requestId) {
        this.#claims.remove(name);
      }
    });
  }
}

/** A claim ends with its process too: whoever starts the server anew need not wait. */
function isHeld({ expiresAt, owner }: Claim): boolean {
  return Date.now() < expiresAt && isRunning(owner);
}

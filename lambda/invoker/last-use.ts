import type { DatasetId } from '../datastore/dataset';
import type { DatasetRegistry } from '../datastore/registry';

/** Milliseconds for which a dataset's last use is not written again: a write per request would cost more than the answer. */
const PRECISION = 1_000;

/** Marks datasets as used, to the second. */
export class LastUse {
  /** By version of a dataset, since one that is registered anew has not been used yet. */
  readonly #marked = new Map<string, { readonly registeredAt: string; readonly at: number }>();

  constructor(private readonly datasets: DatasetRegistry) {}

  /** @returns whether this version of the dataset was used before, as far as is known */
  async mark({ name, registeredAt }: DatasetId): Promise<boolean> {
    const now = Date.now();
    const marked = this.#marked.get(name);
    const isMarked = marked?.registeredAt === registeredAt;
    if (isMarked && now < marked.at + PRECISION) {
      return true;
    }
    this.#marked.set(name, { registeredAt, at: now });
    const wasUsed = isMarked || ((await this.datasets.lastUsed(name)) ?? 0) > Date.parse(registeredAt);
    await this.datasets.touch(name, now);
    return wasUsed;
  }
}

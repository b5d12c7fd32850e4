import type { DatasetId } from '../datastore/dataset';
import type { DatasetRegistry } from '../datastore/registry';

/** Milliseconds for which a dataset's last use is not written again: a write per request would cost more than the answer. */
const PRECISION = 1_000;

/** Marks datasets as used, to the second. */
export class LastUse {
  /** By version of a dataset, since one that is registered anew has not been used yet. */
  readonly #marked = new Map<string, { readonly registeredAt: string; readonly at: number }>();

  constructor(private readonly datasets: DatasetRegistry) {}

  async mark({ name, registeredAt }: DatasetId): Promise<void> {
    const now = Date.now();
    const marked = this.#marked.get(name);
    if (marked?.registeredAt === registeredAt && now < marked.at + PRECISION) {
      return;
    }
    this.#marked.set(name, { registeredAt, at: now });
    await this.datasets.touch(name, now);
  }
}

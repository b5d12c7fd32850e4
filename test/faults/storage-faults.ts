import { execFile } from 'node:child_process';
import { mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Random } from '../../scripts/sample-data/random';
import { makeEventDataset } from './event-dataset';
import type { Fault } from './fault';
import type { ProductProcess } from './product-process';
import type { S3Trouble } from './s3-proxy';
import type { JobEnd, Stage } from './stage';

/** Milliseconds in which a job must have asked S3. */
const LONGEST_WAIT = 3_000;

const execute = promisify(execFile);

/** Caches are emptied, or S3 would hardly be asked. */
export class S3Fault implements Fault {
  /** Requests delayed, refused or cut short. */
  hits = 0;
  #before = 0;

  constructor(
    readonly name: string,
    private readonly trouble: S3Trouble,
  ) {}

  async inject(stage: Stage): Promise<void> {
    const { s3 } = stage;
    this.#before = s3.hits;
    s3.trouble = this.trouble;
    await stage.replaceWorkers(() => rm(stage.cacheFolder, { recursive: true, force: true }));
  }

  async heal({ s3 }: Stage): Promise<void> {
    const end = performance.now() + LONGEST_WAIT;
    while (s3.hits === this.#before && performance.now() < end) await sleep(20);
    s3.trouble = { kind: 'none' };
    this.hits += s3.hits - this.#before;
  }
}

/** One part of each dataset becomes another file; later the first one is put back and the dataset registered anew. */
export class PartsReplaced implements Fault {
  readonly name = 'objects and files replaced';
  /** Jobs that were told so. */
  hits = 0;

  onJob({ kind, detail }: JobEnd): void {
    if (kind === 'error' && /replaced|changed/i.test(detail)) this.hits++;
  }

  async inject({ options, places }: Stage): Promise<void> {
    const other = makeEventDataset(options.seed + 1, { ...options, queries: 0 });
    await this.#write(places, other.files);
  }

  async heal(stage: Stage): Promise<void> {
    await this.#write(stage.places, stage.dataset.files);
    for (const { name } of stage.places) await stage.register(name);
  }

  async #write(places: Stage['places'], files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const [first] = files;
    for (const place of places) await place.write(...first);
  }
}

/** Milliseconds in which workers write cache files, and in which jobs come upon damaged ones. */
const FOUND_OUT_WITHIN = 8_000;

/**
 * Bytes in the middle of every cache file are others, and one file in three ends early. Workers are killed and replaced, as the
 * former ones have the parts in memory.
 */
export class CacheCorrupted implements Fault {
  readonly name = 'cache files corrupted';
  /** Damaged files that were found out: gone, or written anew. */
  hits = 0;
  /** Inodes, by file. */
  readonly #damaged = new Map<string, number>();

  async inject(stage: Stage, random: Random): Promise<void> {
    await stage.runJob(stage.drawQuery(random), 'local', 0);
    // Workers write files once they have answered.
    const until = performance.now() + FOUND_OUT_WITHIN;
    while ((await cacheFiles(stage.cacheFolder)).length === 0 && performance.now() < until) await sleep(100);
    await stage.replaceWorkers(() => this.#damage(stage.cacheFolder));
  }

  /** Jobs that began since the damage may have yet to read it. */
  async heal(): Promise<void> {
    const until = performance.now() + FOUND_OUT_WITHIN;
    let found = 0;
    while (found === 0 && this.#damaged.size > 0 && performance.now() < until) {
      await sleep(100);
      found = await this.#countFoundOut();
    }
    this.hits += found;
    this.#damaged.clear();
  }

  async #countFoundOut(): Promise<number> {
    const gone = await Promise.all([...this.#damaged].map(([name, inode]) => stat(name).then(({ ino }) => ino !== inode, () => true)));
    return gone.filter(Boolean).length;
  }

  async #damage(cacheFolder: string): Promise<void> {
    for (const [index, name] of (await cacheFiles(cacheFolder)).entries()) {
      const file = await open(name, 'r+');
      const { size, ino } = await file.stat();
      await file.write(Buffer.alloc(16, 0xa5), 0, 16, size >> 1);
      if (index % 3 === 0) await file.truncate(size >> 2);
      await file.close();
      this.#damaged.set(name, ino);
    }
  }
}

/** Whole files of a part cache. */
async function cacheFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.isFile() && each.name.endsWith('.arrow')).map((each) => path.join(each.parentPath, each.name));
}

/** A worker whose cache lies on a full file system of 64 KiB joins, others leave. Needs root, for the mount. */
export class CacheDiskFull implements Fault {
  readonly name = 'cache disk full';
  /** Lines of the worker's log that say so. */
  hits = 0;
  #worker: ProductProcess | null = null;

  async inject(stage: Stage): Promise<void> {
    const folder = path.join(stage.folder, 'full');
    await mkdir(folder, { recursive: true });
    await execute('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    this.#worker = await stage.addWorker({ cacheFolder: folder });
    for (const worker of stage.workers.filter((each) => each !== this.#worker)) await stage.killWorker(worker);
  }

  async heal(stage: Stage): Promise<void> {
    while (stage.workers.length <= stage.options.workers) await stage.addWorker();
    if (this.#worker !== null) {
      // Workers write files once they have answered.
      const until = performance.now() + FOUND_OUT_WITHIN;
      let found = 0;
      while (found === 0 && performance.now() < until) {
        await sleep(100);
        found = (await readFile(this.#worker.logFile, 'utf8')).match(/ENOSPC/g)?.length ?? 0;
      }
      this.hits += found;
      await stage.killWorker(this.#worker);
    }
    await execute('umount', ['-l', path.join(stage.folder, 'full')]);
  }
}

/** Two invokers register the same name at once, one from each place: one wins, or they come one after the other. */
export class NameRegisteredTwice implements Fault {
  readonly name = 'a name registered twice';
  /** Pairs of registrations. */
  hits = 0;

  async inject(stage: Stage): Promise<void> {
    this.hits++;
    const answers = await Promise.all([stage.register('local', { invoker: 0 }), stage.register('s3', { name: 'local', invoker: 1 })]);
    const wrong = answers.filter(({ success, errorKind }) => !success && errorKind !== 'CONFLICT');
    if (wrong.length > 0 || !answers.some(({ success }) => success)) throw new Error(`Two registrations at once ended with ${JSON.stringify(answers)}.`);
  }

  async heal(stage: Stage): Promise<void> {
    await stage.register('local');
  }
}

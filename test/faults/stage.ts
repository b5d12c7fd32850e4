import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3 } from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import type { Random } from '../../scripts/sample-data/random';
import { RedisServer } from '../datastore/redis-server';
import { startS3Server } from '../storage/s3-server';
import type { S3Server } from '../storage/s3-server';
import { answerOf, makeEventDataset } from './event-dataset';
import type { DatasetSize, EventDataset, KnownQuery } from './event-dataset';
import { ProductProcess } from './product-process';
import { S3Proxy } from './s3-proxy';
import { TcpProxy } from './tcp-proxy';

export interface StageOptions extends DatasetSize {
  readonly seed: number;
  readonly invokers: number;
  readonly workers: number;
  /** Tasks at once, per worker. */
  readonly concurrency: number;
  /** Milliseconds. */
  readonly jobTimeout: number;
  /** Further settings of the product. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What a client met that asked for a job. */
export interface JobEnd {
  /** `late`: an answer of any kind after the deadline; `hang`: none; `unclear`: neither an answer nor an error of the product's. */
  readonly kind: 'exact' | 'wrong' | 'error' | 'late' | 'hang' | 'unclear';
  /** The error's kind and message; what was wrong with the answer. */
  readonly detail: string;
  /** Milliseconds. */
  readonly took: number;
  /** Where an answer came from, as it says. */
  readonly from: string;
  readonly startedAt: number;
}

/** What the deadline may be exceeded by, and how long a client waits after it before it calls the job hung, in milliseconds. */
const DEADLINE_MARGIN = 5_000;
const HANG_PATIENCE = 15_000;

const bucket = 'soak';
const accessOf = ({ credentials }: S3Server) => ({ AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey });

/** A file of a dataset that can be replaced by another under the same name. */
export interface DatasetPlace {
  readonly name: string;
  readonly basepath: string;
  write(file: string, bytes: Uint8Array): Promise<void>;
}

/**
 * The whole product as its users run it, on one machine: invokers and workers as processes, Redis behind a name of its own, one
 * dataset in a folder and the same in S3. Faults are done to it from outside.
 */
export class Stage {
  readonly workers: ProductProcess[] = [];
  readonly invokers: ProductProcess[] = [];
  readonly places: readonly DatasetPlace[];
  #redis: RedisServer;
  #admin: Redis;
  readonly #client: S3;
  readonly #retired: ProductProcess[] = [];
  #processes = 0;

  private constructor(
    readonly options: StageOptions,
    readonly folder: string,
    readonly dataset: EventDataset,
    redis: RedisServer,
    /** The network between the product and Redis. */
    readonly network: TcpProxy,
    private readonly s3Server: S3Server,
    readonly s3: S3Proxy,
  ) {
    this.#redis = redis;
    this.#admin = new Redis(redis.url);
    this.#admin.on('error', () => {});
    this.#client = new S3({ endpoint: s3Server.endpoint, region: 'us-east-1', forcePathStyle: true, credentials: s3Server.credentials, requestChecksumCalculation: 'WHEN_REQUIRED' });
    const local = path.join(folder, 'events');
    this.places = [
      {
        name: 'local',
        basepath: local,
        async write(file, bytes) {
          await writeFile(path.join(local, `${file}.new`), bytes);
          await rename(path.join(local, `${file}.new`), path.join(local, file));
        },
      },
      {
        name: 's3',
        basepath: `s3://${bucket}/events/`,
        write: async (file, bytes) => void (await this.#client.putObject({ Bucket: bucket, Key: `events/${file}`, Body: bytes })),
      },
    ];
  }

  static async start(options: StageOptions): Promise<Stage> {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'frocket-stage-')));
    await mkdir(path.join(folder, 'events'));
    const [redis, s3Server] = await Promise.all([startRedis(), startS3Server()]);
    const stage = new Stage(
      options,
      folder,
      makeEventDataset(options.seed, options),
      redis,
      await TcpProxy.start(redis.port),
      s3Server,
      await S3Proxy.start(s3Server.endpoint),
    );
    try {
      await stage.#setUp();
      return stage;
    } catch (error) {
      await stage.stop();
      throw error;
    }
  }

  async #setUp(): Promise<void> {
    await this.#client.createBucket({ Bucket: bucket });
    for (const place of this.places) {
      for (const [file, bytes] of this.dataset.files) await place.write(file, bytes);
    }
    await Promise.all(Array.from({ length: this.options.invokers }, () => this.addInvoker()));
    await Promise.all(Array.from({ length: this.options.workers }, () => this.addWorker()));
    for (const { name } of this.places) await this.register(name);
  }

  /** Direct, whatever the network does. */
  get admin(): Redis {
    return this.#admin;
  }

  get redis(): RedisServer {
    return this.#redis;
  }

  get urls(): string[] {
    return this.invokers.map(({ greeting }) => /http:\/\/127\.0\.0\.1:\d+/.exec(greeting)?.[0] ?? '');
  }

  async addInvoker(clockSkew = 0): Promise<ProductProcess> {
    const roots = this.places.flatMap(({ basepath }) => ['--root', basepath]);
    const invoker = await this.#launch(['serve', '--port', '0', '--workers', '0', '--data-dir', path.join(this.folder, 'data'), ...roots], 'invoker', clockSkew);
    this.invokers.push(invoker);
    return invoker;
  }

  async addWorker({ clockSkew = 0, cacheFolder = this.cacheFolder }: { readonly clockSkew?: number; readonly cacheFolder?: string } = {}): Promise<ProductProcess> {
    const worker = await this.#launch(['worker', '--concurrency', String(this.options.concurrency), '--cache-dir', cacheFolder], 'worker', clockSkew);
    this.workers.push(worker);
    return worker;
  }

  /** Ends a worker as a crash would. */
  async killWorker(worker: ProductProcess): Promise<void> {
    this.workers.splice(this.workers.indexOf(worker), 1);
    await worker.kill();
  }

  /** Other workers, which have nothing in memory, take the place of all; `between` is done while there are none. */
  async replaceWorkers(between: () => Promise<void>): Promise<void> {
    for (const worker of [...this.workers]) await this.killWorker(worker);
    try {
      await between();
    } finally {
      await Promise.all(Array.from({ length: this.options.workers }, () => this.addWorker()));
    }
  }

  /** The last invoker gets no more jobs; those that it has, end. */
  retireInvoker(): void {
    this.#retired.push(...this.invokers.splice(-1));
  }

  get cacheFolder(): string {
    return path.join(this.folder, 'cache');
  }

  /** Another server takes the place of the present one, under the same name. */
  async replaceRedis(server: RedisServer): Promise<void> {
    const former = this.#redis;
    this.#admin.disconnect();
    this.#redis = server;
    this.#admin = new Redis(server.url);
    this.#admin.on('error', () => {});
    this.network.pointTo(server.port);
    await former.pause();
    await former.stop();
  }

  startRedis(): Promise<RedisServer> {
    return startRedis();
  }

  async register(placeName: string, { name = placeName, invoker = 0 } = {}): Promise<{ readonly success: boolean; readonly errorKind?: string }> {
    const basepath = this.places.find((place) => place.name === placeName)?.basepath;
    const body = JSON.stringify({ name, basepath, groupIdColumn: 'user_id', timestampColumn: 'timestamp' });
    const response = await fetch(`${this.urls[invoker]}/datasets/register`, { method: 'POST', body, signal: AbortSignal.timeout(this.#patience) });
    return (await response.json()) as { success: boolean; errorKind?: string };
  }

  drawQuery(random: Random): KnownQuery {
    return this.dataset.queries[random.integer(0, this.dataset.queries.length - 1)];
  }

  /** Runs a job and judges its end. */
  async runJob(query: KnownQuery, dataset: string, invoker: number): Promise<JobEnd> {
    const startedAt = performance.now();
    const end = (kind: JobEnd['kind'], detail = '', from = '') => ({ kind, detail, from, took: performance.now() - startedAt, startedAt });
    let text: string;
    try {
      const url = `${this.urls[invoker % this.urls.length]}/datasets/${dataset}/query?fresh=true`;
      const response = await fetch(url, { method: 'POST', body: query.text, signal: AbortSignal.timeout(this.#patience) });
      text = await response.text();
    } catch (error) {
      return end(error instanceof Error && error.name === 'TimeoutError' ? 'hang' : 'unclear', describe(error));
    }
    const { success, errorKind, errorMessage, stats } = parseResponse(text);
    if (performance.now() - startedAt > this.options.jobTimeout + DEADLINE_MARGIN) return end('late', text.slice(0, 300));
    if (success === true) {
      const from = stats?.answer?.from ?? 'nowhere';
      const isRight = from !== 'stored' && answerOf(text) === query.answer;
      return isRight ? end('exact', '', from) : end('wrong', `${query.text} → ${text}`, from);
    }
    if (errorKind === undefined || errorMessage === undefined || errorMessage.length === 0) return end('unclear', text.slice(0, 300));
    return end('error', `${errorKind}: ${errorMessage}`);
  }

  /** Keys that would stay for ever, beside the registry's. */
  async keysWithoutExpiry(): Promise<string[]> {
    const found: string[] = [];
    for await (const batch of this.#admin.scanStream({ count: 500 }) as AsyncIterable<string[]>) {
      for (const key of batch.filter((name) => !name.startsWith('frocket:{registry}:'))) {
        if ((await this.#admin.pttl(key)) === -1) found.push(key);
      }
    }
    return found;
  }

  get crashed(): number {
    return [...this.invokers, ...this.workers].filter(({ hasCrashed }) => hasCrashed).length;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.invokers, ...this.#retired, ...this.workers].map((each) => each.kill()));
    this.#admin.disconnect();
    this.#client.destroy();
    await Promise.all([this.network.close(), this.s3.close()]);
    await Promise.all([this.#redis.stop(), this.s3Server.stop()]);
    if (process.env.FROCKET_SOAK_KEEP === undefined) await rm(this.folder, { recursive: true, force: true });
  }

  get #patience(): number {
    return this.options.jobTimeout + DEADLINE_MARGIN + HANG_PATIENCE;
  }

  #launch(args: readonly string[], kind: string, clockSkew: number): Promise<ProductProcess> {
    return ProductProcess.start({
      args: [...args, '--redis', `redis://127.0.0.1:${this.network.port}`],
      env: {
        ...accessOf(this.s3Server),
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL_S3: this.s3.endpoint,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        FROCKET_INVOKER_RUN_TIMEOUT: String(this.options.jobTimeout / 1000),
        ...this.options.settings,
      },
      logFile: path.join(this.folder, `${kind}-${this.#processes++}.log`),
      clockSkew,
    });
  }
}

function startRedis(): Promise<RedisServer> {
  return RedisServer.start('--enable-debug-command', 'local', '--repl-diskless-sync-delay', '0');
}

interface ResponseShape {
  readonly success?: unknown;
  readonly errorKind?: string;
  readonly errorMessage?: string;
  readonly stats?: { readonly answer?: { readonly from?: string } };
}

function parseResponse(text: string): ResponseShape {
  try {
    return JSON.parse(text) as ResponseShape;
  } catch {
    return {};
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.cause instanceof Error ? error.cause.message : ''].join(' ').trim();
}

import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { StoredAnswer } from '../datastore/answer-store';
import type { DatasetRecord } from '../datastore/dataset';
import type { Datastore } from '../datastore/datastore';
import { LimitError } from '../query/errors';
import { runLeased } from './answer-lease';
import type { WorkerPricing } from './cost';
import { JobTimeoutError } from './errors';
import { FileWatch } from './file-watch';
import { isFinalFailure } from './final-failure';
import type { JobGate } from './job-gate';
import type { JobRunner } from './jobs';
import { LastUse } from './last-use';
import { runQuery } from './query';
import { Questions } from './questions';
import type { Question } from './questions';
import type { AnswerOrigin, Progress, QueryOptions, QueryStats, RunOptions, Stats } from './service';
import type { Settings } from './settings';
import { SharedRuns } from './shared-runs';

export interface AnswersOptions {
  readonly datastore: Pick<Datastore, 'datasets' | 'answers' | 'sharing'>;
  readonly jobs: JobRunner;
  readonly gate: JobGate;
  readonly pricing: WorkerPricing | null;
  readonly settings: Settings;
  readonly logger: Logger;
}

export interface Answer {
  /** The response's `query` and `funnel` as JSON text, without the braces around them. */
  readonly content: string;
  readonly stats: QueryStats;
}

/** A question as one request asks it. */
interface Asked extends Question {
  readonly dataset: DatasetRecord;
  readonly requestId: string;
  /** Whether workers may have parts in their caches. */
  readonly mayBeCached: boolean;
}

interface Computed {
  readonly answer: StoredAnswer;
  readonly from: AnswerOrigin['from'];
}

/** Answers queries: from the store, by a run for the same that is under way, or by a job. */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #runs = new SharedRuns<Computed>();
  readonly #questions = new Questions();
  readonly #lastUse: LastUse;
  readonly #files: FileWatch;

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#lastUse = new LastUse(options.datastore.datasets);
    this.#files = new FileWatch(options.logger);
  }

  /**
   * @param text the query, JSON
   * @throws FrocketError of every kind but CONFLICT
   */
  async answer(dataset: DatasetRecord, text: string, requestId: string, options: QueryOptions): Promise<Answer> {
    const startedAt = performance.now();
    const { key, query } = this.#questions.read(dataset, text);
    const [stored, mayBeCached] = await Promise.all([options.fresh === true ? null : this.#storedOf(dataset, key), this.#lastUse.mark(dataset.id)]);
    const { answer, from } = stored === null ? await this.#run({ key, query, dataset, requestId, mayBeCached }, options) : { answer: stored, from: 'stored' as const };
    return { content: answer.content, stats: statisticsOf(answer, from, performance.now() - startedAt) };
  }

  /** Null where the files have changed since the dataset was registered: a job then says so. */
  async #storedOf(dataset: DatasetRecord, key: string): Promise<StoredAnswer | null> {
    const stored = await this.#stored(key);
    return stored !== null && (await this.#files.areAsRegistered(dataset)) ? stored : null;
  }

  async #stored(key: string): Promise<StoredAnswer | null> {
    return this.#options.settings.storedAnswerTtl === 0 ? null : this.#options.datastore.answers.get(key);
  }

  /** Runs the query, or waits for a run that others started, at most for the time that a job may take. */
  async #run(asked: Asked, { fresh = false, onProgress, signal }: QueryOptions): Promise<Computed> {
    const { jobTimeout } = this.#options.settings;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new JobTimeoutError(jobTimeout)), jobTimeout);
    const caller = (): RunOptions => ({
      signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
      ...(onProgress !== undefined && { onProgress }),
    });
    const run = (alone: boolean) => this.#runs.run(asked.key, alone, caller(), (run) => (fresh ? this.#compute(asked, run) : this.#computeOnce(asked, run)));
    try {
      const { answer, joined } = run(fresh);
      if (!joined) {
        return await answer;
      }
      try {
        return { answer: (await answer).answer, from: 'shared' };
      } catch (error) {
        const isOver = deadline.signal.aborted || signal?.aborted === true;
        if (isOver || isFinalFailure(error)) {
          throw error;
        }
        // What befell the other run need not befall one of this request.
        return await run(true).answer;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Unless another process computes the same already. */
  async #computeOnce(asked: Asked, options: RunOptions): Promise<Computed> {
    const { datastore, settings, logger } = this.#options;
    if (datastore.sharing === null || settings.storedAnswerTtl === 0) {
      return this.#compute(asked, options);
    }
    const { key, dataset } = asked;
    const { answer, isOwn } = await runLeased(datastore.sharing.leases, logger, {
      key,
      holder: randomUUID(),
      signal: options.signal ?? new AbortController().signal,
      onFollowing: () => options.onProgress?.(waiting(dataset, 'Waiting for the same query, which runs already')),
      stored: () => this.#storedOf(dataset, key),
      compute: async () => {
        const computed = await this.#runJob(asked, options);
        return { answer: computed, isStored: await this.#store(key, computed) };
      },
    });
    return { answer, from: isOwn ? 'job' : 'shared' };
  }

  async #compute(asked: Asked, options: RunOptions): Promise<Computed> {
    const answer = await this.#runJob(asked, options);
    await this.#store(asked.key, answer);
    return { answer, from: 'job' };
  }

  #runJob({ dataset, query, requestId, mayBeCached }: Asked, { onProgress, signal = new AbortController().signal }: RunOptions): Promise<StoredAnswer> {
    const { settings, gate } = this.#options;
    if (dataset.parts.length > settings.maxParts) {
      throw new LimitError(`The dataset has ${dataset.parts.length} parts, and a query may read at most ${settings.maxParts} (FROCKET_DATASET_MAX_PARTS).`, 'result');
    }
    const onWaiting = () => onProgress?.(waiting(dataset, 'Waiting for other jobs to end'));
    return gate.run(requestId, signal, onWaiting, () => runQuery(this.#options, { dataset, query, requestId, mayBeCached }, { signal, ...(onProgress !== undefined && { onProgress }) }));
  }

  /** False where the answer is too large, or the datastore fails: it is an answer all the same. */
  async #store(key: string, answer: StoredAnswer): Promise<boolean> {
    const { datastore, settings, logger } = this.#options;
    if (settings.storedAnswerTtl === 0 || Buffer.byteLength(answer.content) > settings.storedAnswerMaxSize) {
      return false;
    }
    try {
      await datastore.answers.put(key, answer, { ttl: settings.storedAnswerTtl, totalSize: settings.storedAnswersTotalSize });
      return true;
    } catch (error) {
      logger.warn({ err: error }, 'An answer could not be stored');
      return false;
    }
  }
}

function waiting({ parts }: DatasetRecord, message: string): Progress {
  return { stage: 'STARTING', message, tasks: { QUEUED: parts.length } };
}

function statisticsOf({ computedAt, stats }: StoredAnswer, from: AnswerOrigin['from'], milliseconds: number): QueryStats {
  const ofJob = JSON.parse(stats) as Stats;
  const answer: AnswerOrigin = { from, computedAt: new Date(computedAt).toISOString() };
  const totalTime = Math.round(milliseconds * 1000) / 1e6;
  return { ...ofJob, totalTime, ...(from !== 'job' && { cost: 0 }), answer };
}

import { decode, encode } from './codec';
import type { JobAnswer, JobState, JobStore } from './job-store';
import { unansweredLifetime, withInterruption } from './interrupted-job';
import type { RedisConnection } from './redis-connection';
import { jobKeyPrefix } from './redis-keys';

/** A hash per job that expires, with its state and, once there is one, its answer. */
export class RedisJobs implements JobStore {
  constructor(
    private readonly connection: RedisConnection,
    private readonly prefix: string,
  ) {}

  async create(job: JobState): Promise<void> {
    await this.connection.run((redis) => redis.frocketCreateJob(this.#keyOf(job.requestId), encode(job), unansweredLifetime(job)));
  }

  async replace({ answer, ...job }: JobState & { readonly answer: JobAnswer }, ttl: number): Promise<void> {
    const state: JobState = { ...job, answer: null };
    await this.connection.run((redis) => redis.frocketReplaceJob(this.#keyOf(job.requestId), encode(state), encode(answer), ttl));
  }

  async get(requestId: string): Promise<JobState | null> {
    const key = this.#keyOf(requestId);
    const [remaining, [state, answer]] = await this.connection.run((redis) => Promise.all([redis.pttl(key), redis.hmgetBuffer(key, 'state', 'answer')]));
    if (state === null) {
      return null;
    }
    const job = decode<JobState>(state);
    return withInterruption(answer === null ? job : { ...job, answer: decode<JobAnswer>(answer) }, remaining, false);
  }

  async finish(requestId: string, answer: JobAnswer, ttl: number): Promise<void> {
    await this.connection.run((redis) => redis.frocketFinishJob(this.#keyOf(requestId), encode(answer), ttl));
  }

  #keyOf(requestId: string): string {
    return `${jobKeyPrefix(this.prefix, requestId)}:state`;
  }
}

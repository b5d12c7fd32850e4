import { answerKeyPrefix } from './answer-key';
import { MAXIMUM_ANSWERS } from './answer-store';
import type { AnswerBounds, AnswerStore, StoredAnswer } from './answer-store';
import { decode, encode } from './codec';
import type { RedisConnection } from './redis-connection';

interface Expiring {
  readonly answer: StoredAnswer;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Digits of the time that a stored value begins with. */
const TIME_DIGITS = 16;

/**
 * Answers in one hash that expires, with a field each, and a sorted set of the fields by their expiry. Bounded by
 * themselves, since an eviction policy would rather evict jobs, which expire sooner.
 */
export class RedisAnswers implements AnswerStore {
  readonly #answers: string;
  readonly #index: string;

  constructor(
    private readonly connection: RedisConnection,
    prefix: string,
  ) {
    this.#answers = `${prefix}{answers}:answers`;
    this.#index = `${prefix}{answers}:index`;
  }

  async get(key: string): Promise<StoredAnswer | null> {
    const bytes = await this.connection.run((redis) => redis.hgetBuffer(this.#answers, key));
    const stored = bytes === null ? null : decode<Expiring>(bytes.subarray(TIME_DIGITS));
    return stored === null || Date.now() >= stored.expiresAt ? null : stored.answer;
  }

  async put(key: string, answer: StoredAnswer, { ttl, totalSize }: AnswerBounds): Promise<void> {
    const started = Buffer.from(String(answer.startedAt).padStart(TIME_DIGITS, '0'), 'latin1');
    const stored: Expiring = { answer, expiresAt: Date.now() + ttl };
    const value = Buffer.concat([started, encode(stored)]);
    await this.connection.run((redis) => redis.frocketPutAnswer(this.#answers, this.#index, key, value, ttl, MAXIMUM_ANSWERS, totalSize));
  }

  async forget(datasetName: string): Promise<void> {
    await this.connection.run((redis) => redis.frocketForgetAnswers(this.#answers, this.#index, answerKeyPrefix(datasetName)));
  }
}

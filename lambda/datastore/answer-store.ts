/** Answers to queries, kept so that the same query on the same version of a dataset need not run again. */
export interface AnswerStore {
  /** @param key as `answerKey` makes it */
  get(key: string): Promise<StoredAnswer | null>;
  /** Keeps an answer under a key, in place of one whose run started earlier; the oldest answers go where there are too many. */
  put(key: string, answer: StoredAnswer, bounds: AnswerBounds): Promise<void>;
  /** Forgets all answers of a dataset, whatever its version. */
  forget(datasetName: string): Promise<void>;
}

export interface StoredAnswer {
  /** When its run started and ended, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly computedAt: number;
  /** The response's `query` and `funnel` as JSON text, without the braces around them. */
  readonly content: string;
  /** The run's statistics, JSON text. */
  readonly stats: string;
}

export interface AnswerBounds {
  /** Milliseconds for which an answer is kept. */
  readonly ttl: number;
  /** Bytes of all answers together. */
  readonly totalSize: number;
}

/** Answers kept at most, however small they are. */
export const MAXIMUM_ANSWERS = 10_000;

import { answerKeyPrefix } from './answer-key';
import { MAXIMUM_ANSWERS } from './answer-store';
import type { AnswerBounds, AnswerStore, StoredAnswer } from './answer-store';
import type { EmbeddedEnvironment } from './embedded-environment';
import type { EmbeddedTable } from './embedded-table';

/** What is known of a stored answer without reading it. */
interface IndexEntry {
  readonly key: string;
  readonly startedAt: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Bytes. */
  readonly size: number;
}

interface Totals {
  readonly answers: number;
  /** Bytes. */
  readonly size: number;
}

/** Where there are too many answers, so many go that the next few can come without looking through all again. */
const FILLED_AFTER_EVICTION = 0.9;

const TOTALS = 'totals';

export class EmbeddedAnswers implements AnswerStore {
  readonly #answers: EmbeddedTable<StoredAnswer>;
  readonly #index: EmbeddedTable<IndexEntry>;
  readonly #totals: EmbeddedTable<Totals>;

  constructor(private readonly environment: EmbeddedEnvironment) {
    this.#answers = environment.table('answers');
    this.#index = environment.table('answer-index');
    this.#totals = environment.table('answer-totals');
  }

  get(key: string): Promise<StoredAnswer | null> {
    return this.environment.read(() => {
      const entry = this.#index.get(key);
      return entry === null || Date.now() >= entry.expiresAt ? null : this.#answers.get(key);
    });
  }

  put(key: string, answer: StoredAnswer, { ttl, totalSize }: AnswerBounds): Promise<void> {
    return this.environment.write(() => {
      const held = this.#index.get(key);
      if (held !== null && held.startedAt > answer.startedAt) {
        return;
      }
      this.#remove(held);
            const size = Buffer.byteLength(answer.content) + Buffer.byteLength(answer.stats);
      this.#answers.put(key, answer);
      this.#index.put(key, { key, startedAt: answer.startedAt, expiresAt: Date.now() + ttl, size });
      this.#add(1, size);
      this.#evict(totalSize);
    });
  }

  forget(datasetName: string): Promise<void> {
    const prefix = answerKeyPrefix(datasetName);
    return this.environment.write(() => {
      this.#index
        .values()
        .filter(({ key }) => key.startsWith(prefix))
        .forEach((entry) => this.#remove(entry));
    });
  }

  #evict(totalSize: number): void {
    const { answers, size } = this.#read();
    if (answers <= MAXIMUM_ANSWERS && size <= totalSize) {
      return;
    }
    const soonestFirst = this.#index.values().sort((a, b) => a.expiresAt - b.expiresAt);
    for (const entry of soonestFirst) {
      const left = this.#read();
      const isFilled = left.answers > MAXIMUM_ANSWERS * FILLED_AFTER_EVICTION || left.size > totalSize * FILLED_AFTER_EVICTION;
      if (!isFilled && Date.now() < entry.expiresAt) {
        return;
      }
      this.#remove(entry);
    }
  }

  #remove(entry: IndexEntry | null): void {
    if (entry !== null) {
      this.#answers.remove(entry.key);
      this.#index.remove(entry.key);
      this.#add(-1, -entry.size);
    }
  }

  #read(): Totals {
    return this.#totals.get(TOTALS) ?? { answers: 0, size: 0 };
  }

  #add(answers: number, size: number): void {
    const totals = this.#read();
    this.#totals.put(TOTALS, { answers: totals.answers + answers, size: totals.size + size });
  }
}

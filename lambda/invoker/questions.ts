import { answerKey } from '../datastore/answer-key';
import type { DatasetRecord } from '../datastore/dataset';
import { canonicalQuery } from '../query/canonical-query';
import type { DatasetSchema } from '../query/dataset-schema';
import type { ExpandedQuery } from '../query/expanded';
import { parseQuery } from '../query/parse-query';
import { querySchemaOf } from './dataset-responses';

/** A query as it was understood. */
export interface Question {
  /** The same for all that is answered alike: see `answerKey`. */
  readonly key: string;
  readonly query: ExpandedQuery;
}

/** Questions remembered of each dataset, and the longest text that is worth it. */
const MAXIMUM = 200;
const LONGEST = 10_000;

interface Remembered {
  readonly schema: DatasetSchema;
  readonly questions: Map<string, Question>;
}

/** Understands queries, and remembers those that come again and again, to the letter. */
export class Questions {
  readonly #remembered = new WeakMap<DatasetRecord, Remembered>();

  /**
   * @param text the query, JSON
   * @throws as `parseQuery`
   */
  read(dataset: DatasetRecord, text: string): Question {
    const { schema, questions } = this.#of(dataset);
    const known = questions.get(text);
    if (known !== undefined) {
      return known;
    }
    const query = parseQuery(text, schema);
    const question = { key: answerKey(dataset.id, canonicalQuery(query)), query };
    if (text.length <= LONGEST) {
      questions.set(text, question);
      const [oldest] = questions.keys();
      if (questions.size > MAXIMUM && oldest !== undefined) {
        questions.delete(oldest);
      }
    }
    return question;
  }

  #of(dataset: DatasetRecord): Remembered {
    const remembered = this.#remembered.get(dataset) ?? { schema: querySchemaOf(dataset), questions: new Map<string, Question>() };
    this.#remembered.set(dataset, remembered);
    return remembered;
  }
}

import { createHash } from 'node:crypto';
import type { DatasetId } from './dataset';

/** Raised whenever the same query on the same data would be answered otherwise than by releases before. */
const ANSWER_FORMAT = 1;

/**
 * The key of the answer to a query on a version of a dataset.
 *
 * @param query its canonical text
 */
export function answerKey({ name, registeredAt }: DatasetId, query: string): string {
  return `${answerKeyPrefix(name)}${digest([ANSWER_FORMAT, name, registeredAt, query])}`;
}

/** Begins the keys of all answers of a dataset, whatever its version. */
export function answerKeyPrefix(datasetName: string): string {
  return `${digest(datasetName)}:`;
}

/** Of JSON, which writes lone surrogates of odd names apart. */
function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

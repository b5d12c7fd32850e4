/** Merges parts' results of many distinct values, in a process of its own whose memory is looked at from outside. */
import { deserialize, serialize } from 'node:v8';
import { Merger } from '../../lambda/engine/merge';
import type { PartialResult } from '../../lambda/engine/partial';
import type { ExpandedQuery } from '../../lambda/query/expanded';
import { answerMessages } from './side-process';

export interface MergeWork {
  readonly parts: number;
  /** Distinct values of each part; nine in ten of them are also in the next. */
  readonly values: number;
}

export interface MergeReport {
  /** Of taking in each part's result as a datastore gives it, and of the answer. */
  readonly milliseconds: number;
  readonly distinctValues: number;
}

const query: ExpandedQuery = {
  timeframe: { from: null, to: null }, conditions: [], relation: null, funnel: null,
  aggregations: [{ type: 'countPerValue', column: 'item', name: null, top: 10_000 }],
};

function resultOf(part: number, values: number): PartialResult {
  const keys = Array.from({ length: values }, (_, value) => `value-${value + Math.floor((part * values) / 10)}`);
  const aggregations = [{ type: 'counts' as const, keys, counts: new Float64Array(values).fill(part + 1) }];
  return { scannedRows: values, scannedGroups: 1, query: { matchingGroups: 1, matchingGroupRows: values, aggregations }, funnel: null };
}

answerMessages(({ parts, values }: MergeWork): Promise<MergeReport> => {
  const merger = new Merger(query);
  let milliseconds = 0;
  for (let part = 0; part < parts; part++) {
    const stored = serialize(resultOf(part, values));
    const startedAt = performance.now();
    merger.add(deserialize(stored) as PartialResult);
    milliseconds += performance.now() - startedAt;
  }
  const startedAt = performance.now();
  merger.answer();
  milliseconds += performance.now() - startedAt;
  return Promise.resolve({ milliseconds, distinctValues: values + Math.floor(((parts - 1) * values) / 10) });
});

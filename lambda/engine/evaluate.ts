import type { Aggregation, ExpandedQuery, Funnel } from '../query/expanded';
import { aggregate, type ClassifiedGroups } from './aggregate';
import { matchGroups, type GroupMask } from './conditions';
import { groupsWithin, type GroupRanges } from './group-selection';
import type { Part } from './part';
import type { PartialAggregation, PartialMatch, PartialResult } from './partial';
import { RowMasks } from './row-masks';
import { sequenceMatcher } from './sequence';

/**
 * Runs a whole query over one part: timeframe, conditions and relation, aggregations, funnel over the matching groups.
 * @throws ResultLimitError where an aggregation has too many distinct values.
 */
export function evaluatePart(query: ExpandedQuery, part: Part): PartialResult {
  const ranges = groupsWithin(query.timeframe, part);
  const masks = new RowMasks(part);
  const matching = matchGroups(query.conditions, query.relation, part, ranges, masks);
  const [matched] = matchesPerClass(query.aggregations ?? [], part, { ranges, classOf: matching, classCount: 1 });
  return {
    scannedRows: rowsOf(ranges),
    scannedGroups: ranges.count,
    query: matched,
    funnel: query.funnel && evaluateFunnel(query.funnel, part, ranges, matching, masks),
  };
}

function evaluateFunnel(funnel: Funnel, part: Part, ranges: GroupRanges, matching: GroupMask, masks: RowMasks): PartialResult['funnel'] {
  const stepCount = funnel.sequence.steps.length;
  const matcher = sequenceMatcher(funnel.sequence, part.times, masks);
  const stepsFound = new Uint8Array(ranges.count);
  for (let group = 0; group < ranges.count; group++) {
    if (matching[group] === 1) stepsFound[group] = matcher(ranges.starts[group], ranges.ends[group]);
  }
  const finished: ClassifiedGroups = { ranges, classOf: stepsFound.map((found) => (found === stepCount ? 1 : 0)), classCount: 1 };
  return {
    sequence: matchesPerClass(funnel.stepAggregations ?? [], part, { ranges, classOf: stepsFound, classCount: stepCount }),
    endAggregations: (funnel.endAggregations ?? []).flatMap((aggregation) => aggregate(aggregation, part, finished)),
  };
}

/** Per class the groups and rows of that class and all later ones, with the aggregations over those rows. */
function matchesPerClass(aggregations: readonly Aggregation[], part: Part, groups: ClassifiedGroups): PartialMatch[] {
  const { ranges, classOf, classCount } = groups;
  const groupCounts = new Float64Array(classCount);
  const rowCounts = new Float64Array(classCount);
  for (let group = 0; group < ranges.count; group++) {
    for (let classIndex = 0; classIndex < classOf[group]; classIndex++) {
      groupCounts[classIndex] += 1;
      rowCounts[classIndex] += ranges.ends[group] - ranges.starts[group];
    }
  }
  const results: PartialAggregation[][] = aggregations.map((aggregation) => aggregate(aggregation, part, groups));
  return Array.from({ length: classCount }, (_, classIndex) => ({
    matchingGroups: groupCounts[classIndex],
    matchingGroupRows: rowCounts[classIndex],
    aggregations: results.map((perClass) => perClass[classIndex]),
  }));
}

function rowsOf({ count, starts, ends }: GroupRanges): number {
  let rows = 0;
  for (let group = 0; group < count; group++) rows += ends[group] - starts[group];
  return rows;
}

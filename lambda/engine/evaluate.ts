import type { Aggregation, ExpandedQuery, Funnel } from '../query/expanded';
import { aggregateAll, type ClassifiedGroups } from './aggregate';
import { matchGroups, type GroupMask } from './conditions';
import { groupsWithin, type GroupRanges } from './group-selection';
import { blockKernels } from './kernels/block-kernels';
import type { Part } from './part';
import type { PartialAggregation, PartialMatch, PartialResult } from './partial';
import { RowMasks } from './row-masks';
import { stepsFound } from './sequence';
import { addLaterClasses } from './value-sums';

/**
 * Runs a whole query over one part: timeframe, conditions and relation, aggregations, funnel over the matching groups.
 * @throws ResultLimitError where an aggregation has too many distinct values.
 */
export function evaluatePart(query: ExpandedQuery, part: Part): PartialResult {
  const ranges = groupsWithin(query.timeframe, part);
  const masks = new RowMasks(part);
  const matching = matchGroups(query.conditions, query.relation, part, ranges, masks);
  const matched = matchesOf(query, part, ranges, matching);
  return {
    scannedRows: ranges.rows,
    scannedGroups: ranges.count,
    query: matched,
    funnel: query.funnel && evaluateFunnel(query.funnel, part, ranges, matching, masks),
  };
}

function matchesOf({ relation, aggregations }: ExpandedQuery, part: Part, ranges: GroupRanges, matching: GroupMask): PartialMatch {
  let matchingGroups = ranges.count;
  let matchingGroupRows = ranges.rows;
  if (relation !== null) {
    [matchingGroups, matchingGroupRows] = blockKernels().countClasses(ranges, matching, 1);
  }
  return { matchingGroups, matchingGroupRows, aggregations: aggregateAll(aggregations ?? [], part, { ranges, classOf: matching, classCount: 1 }).flat() };
}

function evaluateFunnel(funnel: Funnel, part: Part, ranges: GroupRanges, matching: GroupMask, masks: RowMasks): PartialResult['funnel'] {
  const stepCount = funnel.sequence.steps.length;
  const found = stepsFound(funnel.sequence, part, ranges, matching, masks);
  return {
    sequence: matchesPerClass(funnel.stepAggregations ?? [], part, { ranges, classOf: found, classCount: stepCount }),
    endAggregations: aggregateFinished(funnel.endAggregations ?? [], part, ranges, found, stepCount),
  };
}

function aggregateFinished(aggregations: readonly Aggregation[], part: Part, ranges: GroupRanges, found: Uint8Array, stepCount: number): PartialAggregation[] {
  if (aggregations.length === 0) return [];
  const finished = new Uint8Array(ranges.count);
  for (let group = 0; group < ranges.count; group++) finished[group] = Number(found[group] === stepCount);
  return aggregateAll(aggregations, part, { ranges, classOf: finished, classCount: 1 }).flat();
}

/** Per class the groups and rows of that class and all later ones, with the aggregations over those rows. */
function matchesPerClass(aggregations: readonly Aggregation[], part: Part, groups: ClassifiedGroups): PartialMatch[] {
  const { ranges, classOf, classCount } = groups;
  const counts = blockKernels().countClasses(ranges, classOf, classCount);
  addLaterClasses(counts, 2);
  const results = aggregateAll(aggregations, part, groups);
  return Array.from({ length: classCount }, (_, classIndex) => ({
    matchingGroups: counts[2 * classIndex],
    matchingGroupRows: counts[2 * classIndex + 1],
    aggregations: results.map((perClass) => perClass[classIndex]),
  }));
}

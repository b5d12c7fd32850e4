import { parseJson } from '../../lambda/query/json';
import type { QueryResponse, QueryStats } from '../../lambda/invoker/service';
import { renderAggregations } from './aggregations';
import type { Colours } from './colours';
import { renderFunnel } from './funnel';
import { formatBytes, formatNumber, formatSeconds } from './numbers';
import { stepLabels } from './step-labels';

/** A query's answer for people: matches, aggregations, funnel, timing. @param queryText the query's JSON */
export function renderQueryAnswer({ query, funnel, stats }: QueryResponse, queryText: string, colours: Colours): string {
  const base = { groups: query.matchingGroups, rows: query.matchingGroupRows };
  const sections = [
    `${colours.bold(formatNumber(base.groups))} matching groups with ${colours.bold(formatNumber(base.rows))} rows`,
    ...(query.aggregations === undefined || query.aggregations.length === 0
      ? []
      : [renderAggregations(query.aggregations, base, colours)]),
    ...(funnel === undefined
      ? []
      : [`${colours.bold('Funnel')}\n${renderFunnel(funnel, stepLabels(parseJson(queryText)), colours)}`]),
    colours.dim(timingLine(stats)),
  ];
  return sections.join('\n\n') + '\n';
}

function timingLine({ totalTime, dataset, worker, invoker, answer }: QueryStats): string {
  if (answer.from === 'stored') {
    return `${formatSeconds(totalTime)} · stored answer of ${answer.computedAt.slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z; run with --fresh for a new one`;
  }
  const cached = worker.cache.memory + worker.cache.diskCache;
  return [
    formatSeconds(totalTime),
    `${formatNumber(dataset.parts)} parts`,
    `${formatNumber(worker.scannedRows)} rows scanned`,
    `${formatBytes(worker.bytesRead)} read`,
    ...(cached === 0 ? [] : [`${formatNumber(cached)} parts from cache`]),
    ...(invoker.retries === 0 ? [] : [`${formatNumber(invoker.retries)} retries`]),
  ].join(' · ');
}

import type { AggregationResult } from '../../lambda/invoker/service';
import type { Numeric } from '../../lambda/query/expanded';
import type { Colours } from './colours';
import { formatNumber, formatShare } from './numbers';
import { printable, renderTable } from './table';

/** Groups and rows that the aggregations were made of: what their shares refer to. */
interface Base {
  readonly groups: number;
  readonly rows: number;
}

/** A small table for each, greatest values first. */
export function renderAggregations(aggregations: readonly AggregationResult[], base: Base, colours: Colours): string {
  return aggregations.map((aggregation) => renderAggregation(aggregation, base, colours)).join('\n');
}

function renderAggregation(aggregation: AggregationResult, base: Base, colours: Colours): string {
  const title = `  ${colours.cyan(printable(titleOf(aggregation)))}`;
  if (typeof aggregation.value === 'number') {
    return `${title}: ${formatNumber(aggregation.value)} ${colours.dim(`(${formatShare(aggregation.value, base.rows)} of rows)`)}`;
  }
  if (aggregation.value.size === 0) {
    return `${title}: no values`;
  }
  const share = shareOf(aggregation.type, base, [...aggregation.value.values()]);
  const rows = [...aggregation.value].map(([key, value]) => [
    `  ${key}`,
    formatNumber(value),
    ...(share === null ? [] : [formatShare(Number(value), share.whole)]),
  ]);
  const columns = [
    { title: `  ${aggregation.column}` },
    { title: aggregation.type.replace('PerValue', ''), align: 'right' as const },
    ...(share === null ? [] : [{ title: share.title, align: 'right' as const }]),
  ];
  return `${title}\n${renderTable(columns, rows, colours)}`;
}

function titleOf({ name, type, column, top, value }: AggregationResult): string {
  // Not "top 10" where all values are shown.
  const cut = typeof value !== 'number' && value.size === top ? `, top ${top}` : '';
  return `${name === undefined ? '' : `${name}: `}${type} of ${column}${cut}`;
}

function shareOf(type: string, base: Base, values: readonly Numeric[]): { title: string; whole: number } | null {
  switch (type) {
    case 'countPerValue':
      return { title: 'of rows', whole: base.rows };
    case 'groupsPerValue':
      return { title: 'of groups', whole: base.groups };
    case 'sumPerValue':
      // Shares are of no use where values have different signs.
      return values.some((value) => value < 0) ? null : { title: 'of these', whole: values.reduce<number>((sum, value) => sum + Number(value), 0) };
    default:
      return null;
  }
}

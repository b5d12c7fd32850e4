import type { FunnelResult } from '../../lambda/invoker/service';
import { renderAggregations } from './aggregations';
import type { Colours } from './colours';
import { formatNumber, formatShare } from './numbers';
import { printable } from './table';

const barWidth = 34;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * A bar per step: groups that got so far, of those in the step before, and of those in the first step.
 * @param labels one per found step
 */
export function renderFunnel(funnel: FunnelResult, labels: readonly string[], colours: Colours): string {
  const counts = funnel.sequence.map(({ matchingGroups }) => matchingGroups);
  const countWidth = Math.max(...counts.map((count) => formatNumber(count).length));
  const steps = funnel.sequence.map(({ matchingGroups, matchingGroupRows, aggregations }, index) => {
    const conversion =
      index === 0 ? '' : `  ${formatShare(matchingGroups, counts[index - 1]).padStart(6)} of previous  ${formatShare(matchingGroups, counts[0]).padStart(6)} overall`;
    return [
      `${String(index + 1).padStart(2)}. ${colours.bold(printable(labels[index] ?? '', 200))}`,
      `    ${colours.green(bar(matchingGroups, counts[0]))} ${formatNumber(matchingGroups).padStart(countWidth)}${conversion}`,
      ...(aggregations === undefined || aggregations.length === 0
        ? []
        : [renderAggregations(aggregations, { groups: matchingGroups, rows: matchingGroupRows }, colours)]),
    ].join('\n');
  });
  const last = funnel.sequence[funnel.sequence.length - 1];
  const end =
    funnel.endAggregations === undefined || funnel.endAggregations.length === 0
      ? []
      : [
          `\n${colours.bold('Of those who came through:')}`,
          renderAggregations(funnel.endAggregations, { groups: last.matchingGroups, rows: last.matchingGroupRows }, colours),
        ];
  return [...steps, ...end].join('\n');
}

/** Block characters in eighths, filled up with spaces: a step that anybody reached shows at least a sliver. */
function bar(count: number, longest: number): string {
  const length = longest === 0 ? 0 : Math.round((8 * barWidth * count) / longest);
  const shown = count === 0 ? 0 : Math.max(1, length);
  return ('█'.repeat(Math.floor(shown / 8)) + eighths[shown % 8]).padEnd(barWidth);
}

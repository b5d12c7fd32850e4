import { createColors } from 'picocolors';
import { renderAggregations } from '../../scripts/output/aggregations';
import { coloursFor } from '../../scripts/output/colours';
import { fragmentAt } from '../../scripts/output/fragment';
import { renderFunnel } from '../../scripts/output/funnel';
import { formatBytes, formatNumber, formatShare, formatTimestamp } from '../../scripts/output/numbers';
import { stepLabels } from '../../scripts/output/step-labels';
import { printable, renderTable } from '../../scripts/output/table';

const plain = createColors(false);

function barLength(line: string): number {
  return (/█*/.exec(line.trim()) ?? [''])[0].length;
}

describe('a funnel', () => {
  const rendered = renderFunnel(
    { sequence: [12_000, 6_000, 1_500, 1, 0].map((matchingGroups) => ({ matchingGroups, matchingGroupRows: 20_000 })) },
    ['view', 'cart', 'checkout', 'purchase', 'again'],
    plain,
  ).split('\n');
  const bars = rendered.filter((_, index) => index % 2 === 1);

  test('has bars as long as the share of the first step', () => {
    expect(barLength(bars[1])).toBe(barLength(bars[0]) / 2);
    expect(barLength(bars[2])).toBeGreaterThanOrEqual(barLength(bars[0]) / 8 - 1);
    expect(barLength(bars[2])).toBeLessThanOrEqual(barLength(bars[0]) / 8);
  });

  test('shows a sliver for one group, and nothing for none', () => {
    expect(bars[3].trim()).toMatch(/^▏ +1 /);
    expect(bars[4].trim()).toMatch(/^0 /);
  });

  test('tells counts, conversion from the step before and overall', () => {
    expect(bars[0]).toMatch(/ 12,000$/);
    expect(bars[1]).toMatch(/ 6,000 +50\.0% of previous +50\.0% overall$/);
    expect(bars[2]).toMatch(/ 1,500 +25\.0% of previous +12\.5% overall$/);
    expect(bars[4]).toMatch(/ 0 +0\.0% of previous +0\.0% overall$/);
  });

  test('that nobody entered has no shares', () => {
    const empty = renderFunnel({ sequence: [0, 0].map((matchingGroups) => ({ matchingGroups, matchingGroupRows: 0 })) }, ['a', 'b'], plain);
    expect(empty).toMatch(/ 0 +– of previous +– overall/);
  });
});

describe('the labels of steps', () => {
  test('take both notations, several filters and exclusions', () => {
    const step = (event: string) => ({ filter: { column: 'event', op: '==', value: event } });
    expect(
      stepLabels({
        funnel: {
          sequence: [
            { filter: ['event', '==', 'view'] },
            { ...step('remove'), rowFound: false },
            { filters: [{ column: 'event', op: '==', value: 'buy' }, { column: 'price', op: 'in', value: [1, 2] }] },
            { ...step('refund'), rowFound: false },
          ],
        },
      }),
    ).toEqual(['event == "view"', 'event == "buy" and price in [1,2], no event == "remove" before, no event == "refund" after']);
  });

  test('are none where there is no funnel', () => {
    expect(stepLabels({})).toEqual([]);
  });
});

describe('aggregations', () => {
  const base = { groups: 10, rows: 200 };
  const render = (type: string, values: Record<string, number>) =>
    renderAggregations([{ column: 'c', type, top: 2, value: new Map(Object.entries(values)) }], base, plain);

  test('have shares of what was counted', () => {
    expect(render('countPerValue', { a: 50, b: 20 })).toMatch(/a +50 +25\.0%\n +b +20 +10\.0%/);
    expect(render('groupsPerValue', { a: 5 })).toMatch(/of groups\n +a +5 +50\.0%/);
    expect(render('sumPerValue', { a: 30, b: 10.5 })).toMatch(/of these\n +a +30 +74\.1%\n +b +10\.50 +25\.9%/);
  });

  test('have none where a share means nothing', () => {
    expect(render('meanPerValue', { a: 30 })).not.toContain('%');
    expect(render('sumPerValue', { a: 30, b: -30 })).not.toContain('%');
  });

  test('say when values were cut, and when there are none', () => {
    expect(render('countPerValue', { a: 2, b: 1 })).toContain('top 2');
    expect(render('countPerValue', { a: 2 })).not.toContain('top');
    expect(render('countPerValue', {})).toContain('no values');
  });

  test('show a count with its share of rows, and their name', () => {
    expect(renderAggregations([{ column: 'c', type: 'count', name: 'known', value: 150 }], base, plain)).toBe('  known: count of c: 150 (75.0% of rows)');
  });
});

test('numbers are written for people, and 64-bit integers exactly', () => {
  expect(formatNumber(1_234_567)).toBe('1,234,567');
  expect(formatNumber(9_007_199_254_740_993n)).toBe('9,007,199,254,740,993');
  expect(formatNumber(0.125)).toBe('0.13');
  expect(formatNumber(0.000_123_4)).toBe('0.000123');
  expect(formatShare(1, 3)).toBe('33.3%');
  expect(formatBytes(3_100_000)).toBe('3.1 MB');
  expect(formatBytes(0)).toBe('0 B');
  expect(formatTimestamp(1_780_272_000_000)).toBe('1780272000000 (2026-06-01T00:00:00.000Z)');
  expect(formatTimestamp(12)).toBe('12');
});

test('text from data cannot steer the terminal, nor fill it', () => {
  expect(printable('a\u001b[31mb\nc\u009bd')).toBe('a\\u001b[31mb\\nc\\u009bd');
  expect(printable('x'.repeat(200))).toHaveLength(60);
  expect(renderTable([{ title: 'v' }], [['a\u0007']], plain)).toContain('a\\u0007');
});

test('colours are shown to terminals, except where NO_COLOR forbids', () => {
  const { NO_COLOR, TERM } = process.env;
  Object.assign(process.env, { NO_COLOR: '', TERM: 'xterm' });
  expect(coloursFor({ isTTY: true }).red('x')).toContain('\u001b');
  expect(coloursFor({ isTTY: false }).red('x')).toBe('x');
  expect(coloursFor({}).red('x')).toBe('x');
  process.env.NO_COLOR = '1';
  expect(coloursFor({ isTTY: true }).red('x')).toBe('x');
  Object.assign(process.env, { NO_COLOR: NO_COLOR ?? '', TERM: TERM ?? '' });
});

describe('the fragment at a JSON Pointer', () => {
  const query = '{"query": {"conditions": [{"filter": ["a/b", "==", 9007199254740993]}]}, "a/b": 1}';

  test('is what stands there, exactly', () => {
    expect(fragmentAt(query, '/query/conditions/0/filter')).toBe('["a/b","==",9007199254740993]');
    expect(fragmentAt(query, '/a~1b')).toBe('1');
  });

  test('is the nearest thing around where something is missing', () => {
    expect(fragmentAt(query, '/query/conditions/0/filter/7/x')).toBe('["a/b","==",9007199254740993]');
  });

  test('is cut where it is long, and null where the text is no JSON', () => {
    expect(fragmentAt(JSON.stringify({ q: 'x'.repeat(1000) }), '/q')?.length).toBeLessThan(310);
    expect(fragmentAt('{', '/query')).toBeNull();
  });
});

import type { FullColumn, FullSchema, ShortSchema } from '../../lambda/invoker/service';
import type { Colours } from './colours';
import { formatNumber, formatTimestamp } from './numbers';
import { printable, renderTable } from './table';

const topValuesShown = 10;

export function renderShortSchema(schema: ShortSchema, colours: Colours): string {
  const rows = Object.entries(schema.columns).map(([name, type]) => [name, type, categoricalMark(schema, name)]);
  return [timesLine(schema), renderTable([{ title: 'column' }, { title: 'type' }, { title: '' }], rows, colours)].join('\n\n') + '\n';
}

export function renderFullSchema(schema: FullSchema, colours: Colours): string {
  const columns = Object.values(schema.columns).map((column) => [column.name, column.coltype, column.dtypeName, rangeOf(column)]);
  const categoricals = Object.values(schema.columns).flatMap((column) => topValuesOf(column, colours));
  const unsupported = Object.entries(schema.unsupportedColumns);
  return (
    [
      `Groups by ${printable(schema.groupIdColumn)}, times in ${printable(schema.timestampColumn)}.\n${timesLine(schema)}`,
      renderTable([{ title: 'column' }, { title: 'type' }, { title: 'in the files' }, { title: 'range' }], columns, colours),
      ...(categoricals.length === 0 ? [] : [`${colours.bold('Columns of few values')} (most frequent ones)\n${categoricals.join('\n')}`]),
      ...(unsupported.length === 0
        ? []
        : [`${colours.bold('Cannot be queried')}\n${renderTable([{ title: 'column' }, { title: 'type' }], unsupported, colours)}`]),
    ].join('\n\n') + '\n'
  );
}

function timesLine({ minTimestamp, maxTimestamp }: Pick<ShortSchema, 'minTimestamp' | 'maxTimestamp'>): string {
  return minTimestamp === null || maxTimestamp === null
    ? 'No times known.'
    : `Times from ${formatTimestamp(minTimestamp)}\n        to ${formatTimestamp(maxTimestamp)}`;
}

function categoricalMark({ sourceCategoricals, potentialCategoricals }: ShortSchema, name: string): string {
  return sourceCategoricals.includes(name) || potentialCategoricals.includes(name) ? 'few values' : '';
}

function rangeOf({ colattrs: { numericMin, numericMax } }: FullColumn): string {
  return numericMin === undefined || numericMax === undefined ? '' : `${formatNumber(numericMin)} to ${formatNumber(numericMax)}`;
}

function topValuesOf({ name, colattrs: { catTopValues } }: FullColumn, colours: Colours): string[] {
  if (catTopValues === undefined) {
    return [];
  }
  const values = Object.entries(catTopValues)
    .sort(([, a], [, b]) => b - a)
    .slice(0, topValuesShown)
    .map(([value]) => printable(value, 20));
  return [`  ${colours.cyan(printable(name))}: ${values.join(', ')}`];
}

import Table from 'cli-table3';
import type { Colours } from './colours';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Wider cells are cut, so that two or three columns stay within 80 characters. */
const widestCell = 60;

/** A table without frames, indented by two; cells may come from data and are made safe to print. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], colours: Colours): string {
  const table = new Table({
    head: columns.map(({ title }) => colours.dim(title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
    style: { head: [], border: [], 'padding-left': 2, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map((cell) => printable(cell))));
  return table.toString().replace(/ +$/gm, '');
}

/** Text from data, cut where it is very long, with control characters written out: they could steer the terminal. */
export function printable(text: string, longest = widestCell): string {
  const safe = text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1).replace(/^[\u007f-\u009f]$/, (c) => `\\u00${c.charCodeAt(0).toString(16)}`));
  return safe.length > longest ? `${safe.slice(0, longest - 1)}…` : safe;
}

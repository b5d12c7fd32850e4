import type { Numeric } from '../../lambda/query/expanded';

const wholeFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const decimalFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2, minimumFractionDigits: 2 });
const significantFormat = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** With thousands separators; two decimals unless it is whole. */
export function formatNumber(value: Numeric): string {
  if (typeof value === 'bigint' || Number.isInteger(value)) {
    return wholeFormat.format(value);
  }
  return Math.abs(value) < 0.01 ? significantFormat.format(value) : decimalFormat.format(value);
}

/** Share of a whole, such as `12.3%`; `–` where there is no whole to have a share of. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`;
}

/** @param bytes as a multiple of 1000, such as `3.1 MB` */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** @param seconds such as `0.21 s` */
export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

/**
 * A timestamp column's value, with its date where it is likely to be milliseconds since the epoch: what stands in the
 * column is known as a number only.
 */
export function formatTimestamp(value: Numeric): string {
  const likely = value >= Date.UTC(1990, 0) && value < Date.UTC(2100, 0);
  return likely ? `${value} (${new Date(Number(value)).toISOString()})` : String(value);
}

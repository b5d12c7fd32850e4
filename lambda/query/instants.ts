const date = String.raw`(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const time = String.raw`([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d+))?)?`;
const zone = String.raw`(Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)`;

/**
 * ISO-8601 dates and date-times: `2024-03-01`, `2024-03-01T10:00`, `2024-03-01T10:00:00.5+02:00`. Also published in the
 * JSON Schema, so it holds nothing that a JSON Schema validator's regular expressions might lack.
 */
export const instantPattern = new RegExp(`^${date}(?:T${time}${zone}?)?$`);

/**
 * Milliseconds since the epoch of an ISO-8601 date (midnight) or date-time, UTC where it names no zone, without what
 * is finer than a millisecond; null where it is neither, or a day that does not exist.
 */
export function parseInstant(text: string): number | null {
  const match = instantPattern.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', offset = 'Z'] = match;
  const canonical = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const local = new Date(canonical);
  // Date.parse lets 30 February run over into March.
  if (Number.isNaN(local.getTime()) || local.toISOString() !== canonical) return null;
  return local.getTime() - offsetMilliseconds(offset);
}

function offsetMilliseconds(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3).replace(':', ''));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

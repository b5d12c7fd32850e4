import { SchemaError } from '../query/errors';

/**
 * Reads a route's query parameters, all of which are booleans that default to false.
 *
 * @returns the names of those that are true
 * @throws SchemaError for an unknown or repeated parameter, and for a value other than `true` and `false`
 */
export function readFlags<Flag extends string>(url: string, known: readonly Flag[]): ReadonlySet<Flag> {
  const given = new Map<Flag, boolean>();
  for (const [name, value] of new URL(url).searchParams) {
    const flag = known.find((candidate) => candidate === name);
    if (flag === undefined) {
      const choices = known.length === 0 ? 'this route takes none' : `this route takes ${known.join(', ')}`;
      throw new SchemaError(`Unknown query parameter '${name}'; ${choices}.`);
    }
    if (given.has(flag)) {
      throw new SchemaError(`The query parameter '${name}' is given twice.`);
    }
    given.set(flag, readBoolean(name, value));
  }
  return new Set(known.filter((flag) => given.get(flag)));
}

/** In any case, since clients of the original send Python's `True`. */
function readBoolean(name: string, value: string): boolean {
  switch (value.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    default:
      throw new SchemaError(`The query parameter '${name}' is '${value}'; it takes true or false.`);
  }
}

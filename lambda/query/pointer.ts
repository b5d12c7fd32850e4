/** Where something stands in a JSON value: the keys and indices that lead to it. */
export type Path = readonly PropertyKey[];

/** JSON Pointer (RFC 6901) of a path. */
export function pointerOf(path: Path): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A path as people read it: `query.conditions[0].filter[1]`. */
export function placeOf(path: Path): string {
  if (path.length === 0) return 'the query';
  return path.map((key, depth) => (typeof key === 'number' ? `[${key}]` : `${depth > 0 ? '.' : ''}${String(key)}`)).join('');
}

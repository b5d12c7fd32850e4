/** Takes values from their places to rows. */
export function placeRows<Values extends Uint8Array | Int32Array | Float64Array>(source: Values, target: Values, places: Int32Array): void {
  for (let row = 0; row < places.length; row++) target[row] = source[places[row]];
}

/** The same of values in two halves each: as doubles, bits of integers would not all stay what they are. */
export function placePairs(source: Int32Array, target: Int32Array, places: Int32Array): void {
  for (let row = 0; row < places.length; row++) {
    target[2 * row] = source[2 * places[row]];
    target[2 * row + 1] = source[2 * places[row] + 1];
  }
}

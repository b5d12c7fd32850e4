/** What a Snappy block (without the length that it begins with) decompresses to, byte by byte; null where it is damaged. */
export function decompressSnappy(input: Uint8Array, size: number): Uint8Array | null {
  const output: number[] = [];
  let at = 0;
  const integer = (bytes: number): number => {
    let value = 0;
    for (let i = 0; i < bytes; i++) value += input[at++] * 2 ** (8 * i);
    return value;
  };
  while (at < input.length) {
    const tag = input[at++];
    const kind = tag & 3;
    let length = (tag >>> 2) + 1;
    const more = kind === 0 ? Math.max(0, length - 60) : kind === 3 ? 4 : kind;
    if (more > input.length - at) return null;
    if (kind === 0) {
      if (more > 0) length = integer(more) + 1;
      if (length > input.length - at || length > size - output.length) return null;
      for (let i = 0; i < length; i++) output.push(input[at++]);
      continue;
    }
    let distance = integer(more);
    if (kind === 1) {
      length = ((tag >>> 2) & 7) + 4;
      distance += (tag >>> 5) << 8;
    }
    if (distance === 0 || distance > output.length || length > size - output.length) return null;
    for (let i = 0; i < length; i++) output.push(output[output.length - distance]);
  }
  return output.length === size ? Uint8Array.from(output) : null;
}

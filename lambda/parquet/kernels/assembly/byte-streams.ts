/** BYTE_STREAM_SPLIT of `count` values of 4 bytes: byte k of all values lies together. */
export function joinStreams4(src: usize, count: u32, out: usize): void {
  const n = <usize>count;
  for (let i: usize = 0; i < n; i++, src++, out += 4) {
    store<u32>(out, load<u8>(src) | (<u32>load<u8>(src + n) << 8) | (<u32>load<u8>(src + 2 * n) << 16) | (<u32>load<u8>(src + 3 * n) << 24));
  }
}

/** The same for 8 bytes. */
export function joinStreams8(src: usize, count: u32, out: usize): void {
  const n = <usize>count;
  for (let i: usize = 0; i < n; i++, src++, out += 8) {
    store<u64>(out, (<u64>load<u8>(src)) | (<u64>load<u8>(src + n) << 8) | (<u64>load<u8>(src + 2 * n) << 16) | (<u64>load<u8>(src + 3 * n) << 24)
      | (<u64>load<u8>(src + 4 * n) << 32) | (<u64>load<u8>(src + 5 * n) << 40) | (<u64>load<u8>(src + 6 * n) << 48) | (<u64>load<u8>(src + 7 * n) << 56));
  }
}

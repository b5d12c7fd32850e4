/** XXH64 without a seed (github.com/Cyan4973/xxHash, doc/xxhash_spec.md), of whose lower half Zstandard's checksum is. */

const PRIME1: u64 = 11400714785074694791;
const PRIME2: u64 = 14029467366897019727;
const PRIME3: u64 = 1609587929392839161;
const PRIME4: u64 = 9650029242287828579;
const PRIME5: u64 = 2870177450012600261;

export function hash64(at: usize, size: usize): u64 {
  const end = at + size;
  let hash = PRIME5;
  if (size >= 32) {
    let first = PRIME1 + PRIME2;
    let second = PRIME2;
    let third: u64 = 0;
    let fourth: u64 = 0 - PRIME1;
    for (; end - at >= 32; at += 32) {
      first = mix(first, load<u64>(at));
      second = mix(second, load<u64>(at, 8));
      third = mix(third, load<u64>(at, 16));
      fourth = mix(fourth, load<u64>(at, 24));
    }
    hash = rotl<u64>(first, 1) + rotl<u64>(second, 7) + rotl<u64>(third, 12) + rotl<u64>(fourth, 18);
    hash = merge(merge(merge(merge(hash, first), second), third), fourth);
  }
  hash += <u64>size;
  for (; end - at >= 8; at += 8) hash = rotl<u64>(hash ^ mix(0, load<u64>(at)), 27) * PRIME1 + PRIME4;
  if (end - at >= 4) {
    hash = rotl<u64>(hash ^ (<u64>load<u32>(at) * PRIME1), 23) * PRIME2 + PRIME3;
    at += 4;
  }
  for (; at < end; at++) hash = rotl<u64>(hash ^ (<u64>load<u8>(at) * PRIME5), 11) * PRIME1;
  hash = (hash ^ (hash >>> 33)) * PRIME2;
  hash = (hash ^ (hash >>> 29)) * PRIME3;
  return hash ^ (hash >>> 32);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function mix(lane: u64, input: u64): u64 {
  return rotl<u64>(lane + input * PRIME2, 31) * PRIME1;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function merge(hash: u64, lane: u64): u64 {
  return (hash ^ mix(0, lane)) * PRIME1 + PRIME4;
}

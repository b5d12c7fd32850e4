/** Zstandard frames that libzstd would not write: random ones, those at the edges of the format, and such as are beyond it. */
import { seededRandom } from '../../scripts/sample-data/random';
import type { Sample } from './zstd-corpus';
import { contentOf, craftFrame, FrameCrafter, LARGEST_BLOCK, randomBlocks, randomHeader, windowFor, type CraftedBlock } from './zstd-crafting';
import { parseFrame } from './zstd-features';

function sampleOf(name: string, blocks: readonly CraftedBlock[], window: number | null = windowFor(1 << 23)): Sample {
  return { name, content: contentOf(blocks), frame: craftFrame(blocks, { contentSizeBytes: 0, window }) };
}

/** Sound frames, made anew each time in the same way. */
export function craftedSamples(): Sample[] {
  const random = seededRandom(3112);
  const crafter = (): FrameCrafter => new FrameCrafter(random);
  const bytes = (length: number, below = 256): Uint8Array => Uint8Array.from({ length }, () => random.integer(0, below - 1));
  const samples = Array.from({ length: 1200 }, (_, index) => {
    const blocks = randomBlocks(random, index % 20 === 0 ? 100_000 : index % 3 === 0 ? 3000 : 150);
    return { name: `random frame ${index}`, content: contentOf(blocks), frame: craftFrame(blocks, randomHeader(blocks, random)) };
  });
  const add = (name: string, made: FrameCrafter): void => void samples.push(sampleOf(name, made.blocks));

  add('nothing', crafter().add('raw', bytes(0)));
  add('nothing, repeated', crafter().add('RLE', bytes(0)).add('raw', bytes(3)));
  add('one byte repeated', crafter().add('RLE', new Uint8Array(LARGEST_BLOCK).fill(9)));
  add('the largest block of literals', crafter().compress(bytes(LARGEST_BLOCK, 2), [], { literals: 'compressed' }));
  add('the largest raw block', crafter().add('raw', bytes(LARGEST_BLOCK)));
  add('the largest match', crafter().compress(bytes(1), [{ literals: 1, offset: 4, match: LARGEST_BLOCK - 1 }]));
  for (const size of [31, 32, 4095, 4096, 100_000]) {
    add(`${size} literals repeated`, crafter().compress(new Uint8Array(size).fill(77), [{ literals: size >> 1, offset: 4, match: 5 }], { literals: 'RLE' }));
  }
  // Streams of four that are shorter than others, or empty.
  for (let size = 6; size < 30; size++) for (let i = 0; i < 4; i++) add(`${size} literals of a few`, crafter().compress(bytes(size, 3), [], { literals: 'compressed' }));
  add('literals of all bytes', crafter().compress(bytes(5000), [], { literals: 'compressed' }));
  // Matches that overlap themselves, and end where the output does.
  for (let distance = 1; distance <= 40; distance++) {
    for (const match of [3, 7, 8, 9, 15, 16, 17, 18, 31, 32, 33, 65, 200]) add(`a match of ${match} bytes, ${distance} back`, crafter().compress(bytes(distance), [{ literals: distance, offset: distance + 3, match }]));
  }
  // Literals that end where the output does, right after a match.
  for (let literals = 1; literals < 40; literals++) add(`${literals} literals at the end`, crafter().compress(bytes(5 + literals), [{ literals: 5, offset: 5, match: 4 }]));

  const many = crafter();
  many.add('raw', bytes(100));
  const { literals, sequences } = many.randomSequences(40_000, 1e9, false);
  const short = sequences.map((sequence) => ({ ...sequence, literals: sequence.literals === 0 ? 0 : 1, match: 3, offset: Math.min(sequence.offset + 3, 90) }));
  add('more sequences than two bytes can count', many.compress(bytes(Math.min(literals, short.reduce((sum, each) => sum + each.literals, 0))), short.slice(0, 32_800), { modes: ['compressed', 'compressed', 'RLE'] }));
  const counted = (count: number): FrameCrafter => crafter().compress(bytes(8, 4), Array.from({ length: count }, (_, index) => ({ literals: index === 0 ? 1 : 0, offset: 4, match: 3 })), { modes: ['compressed', 'RLE', 'RLE'] });
  for (const count of [1, 2, 127, 128, 129, 255, 256, 0x7eff, 0x7f00, 0x7f01]) add(`${count} sequences`, counted(count));

  // More bits for a sequence than an integer of 64 has: far back, long, and behind many literals.
  const far = crafter();
  for (let i = 0; i < 40; i++) far.add(i % 2 === 0 ? 'raw' : 'RLE', i % 2 === 0 ? bytes(100) : new Uint8Array(LARGEST_BLOCK).fill(i));
  for (let i = 0; i < 4; i++) {
    far.compress(bytes(i < 2 ? 40_000 : 66_000), [
      { literals: i < 2 ? 35_000 : 65_700, offset: far.size - 20 * i, match: i < 2 ? 70_001 : 60_001 },
      { literals: 10, offset: far.size - 300, match: 9 },
      { literals: 0, offset: 3, match: 3 },
      { literals: 0, offset: 1, match: 4 },
    ], { modes: i % 2 === 0 ? ['compressed', 'compressed', 'compressed'] : ['predefined', 'repeat', 'predefined'] });
  }
  add('matches far back, and long', far);

  // More distances, each a new one, than are kept of any.
  const distances = crafter().add('raw', bytes(5000));
  for (let i = 0; i < 3; i++) distances.compress(bytes(18_000), Array.from({ length: 9000 }, () => ({ literals: 2, offset: 3 + random.integer(1, 5000), match: random.integer(4, 20) })));
  add('distances of which none comes again', distances);
  // The longest that have no bits of their own, up to the end of the output and of the literals.
  for (const distance of [1, 7, 8, 16, 40]) {
    for (const count of [1, 2, 30, 2000]) add(`${count} times as many literals and as long a match as a code says`, crafter().add('raw', bytes(distance)).compress(bytes(15 * count), Array.from({ length: count }, () => ({ literals: 15, offset: 3 + distance, match: 34 }))));
  }

  // Tables that outlast blocks which do without.
  for (let i = 0; i < 30; i++) {
    const lasting = crafter().compress(bytes(60, 4), [{ literals: 20, offset: 7, match: 12 }, { literals: 3, offset: 2, match: 30 }], { literals: 'compressed' });
    lasting.add('raw', bytes(i)).add('RLE', new Uint8Array(i + 1)).compress(bytes(9), [], { literals: 'raw' }).compress(new Uint8Array(5), [], { literals: 'RLE' });
    lasting.compress(bytes(30, 4).map((byte) => lasting.blocks[0].content[byte]), [{ literals: 20, offset: 3, match: 12 }, { literals: 3, offset: 1, match: 30 }], { literals: 'treeless', modes: ['repeat', 'compressed', 'repeat'] });
    add(`tables that last, ${i}`, lasting.compress(lasting.blocks[0].content.subarray(0, 8), [], { literals: 'treeless' }));
  }
  // Tables that are used again, of whatever way they came in.
  for (const lengths of CHOSEN) for (const offsets of CHOSEN) for (const matches of CHOSEN) {
    const sequences = [{ literals: 2, offset: 5, match: 9 }, { literals: 2, offset: 4, match: 9 }, { literals: 2, offset: 6, match: 9 }];
    const again = crafter().compress(bytes(8), sequences, { modes: [lengths, offsets, matches] }).compress(bytes(8), [], { literals: 'raw' });
    for (let i = 0; i < 2; i++) again.compress(bytes(9), sequences, { modes: ['repeat', 'repeat', 'repeat'] });
    add(`tables used again: ${lengths}, ${offsets}, ${matches}`, again);
  }
  return samples;
}

/** Modes other than to repeat. */
const CHOSEN = ['predefined', 'RLE', 'compressed'] as const;

/** A frame with other headers, of all that fit it. */
export function reheaded({ name, content, frame }: Sample): Sample[] {
  const { blocks, checksum } = parseFrame(frame);
  const { length: size } = content;
  const largest = Math.max(...blocks.map((block) => block.size));
  const crafted = blocks.map(({ type, size: stated, body }): CraftedBlock => ({ type, body, content: type === 'RLE' ? new Uint8Array(stated) : body }));
  const window = windowFor(Math.max(size, 1024)) | (size % 8);
  const headers = [
    { contentSizeBytes: 0, window }, { contentSizeBytes: 4, window }, { contentSizeBytes: 8, window },
    ...(size >= 256 && size < 65_792 ? [{ contentSizeBytes: 2, window }] : []),
    ...(largest <= size ? [...(size < 256 ? [1] : size < 65_792 ? [2] : []), 4, 8].map((contentSizeBytes) => ({ contentSizeBytes, window: null })) : []),
  ];
  return headers.map((header) => ({
    name: `${name}, with ${header.contentSizeBytes} bytes for its size${header.window === null ? ', single' : ''}`, content,
    frame: craftFrame(crafted, { ...header, contentSize: size, checksum }),
  }));
}

/** What is beyond the format or at its edge. `isLeft`: surely not for the kernel, whatever the library makes of it. */
export function unlikely(): { readonly name: string; readonly frame: Uint8Array; readonly size: number; readonly isLeft: boolean }[] {
  const random = seededRandom(1);
  const blocks = new FrameCrafter(random).compress(Uint8Array.of(1, 2, 3, 4, 5), [{ literals: 4, offset: 5, match: 300 }]).blocks;
  const size = contentOf(blocks).length;
  const sound = craftFrame(blocks, { contentSizeBytes: 2, window: null });
  const skippable = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
  const patched = (at: number, change: (byte: number) => number): Uint8Array => sound.map((byte, index) => (index === at ? change(byte) : byte));
  const crafted = (wrong: Partial<Parameters<typeof craftFrame>[1]>): Uint8Array => craftFrame(blocks, { contentSizeBytes: 8, window: null, ...wrong });
  const withDictionary = (id: readonly number[]): Uint8Array => Buffer.concat([patched(4, (byte) => byte | [0, 1, 2, 0, 3][id.length]).subarray(0, 5), Uint8Array.from(id), sound.subarray(5)]);
  const block = (body: readonly number[], made: number, type: CraftedBlock['type'] = 'compressed'): Uint8Array =>
    craftFrame([{ type, body: Uint8Array.from(body), content: new Uint8Array(made) }], { contentSizeBytes: 0, window: 0 });
  const left = (name: string, frame: Uint8Array, of = size): { name: string; frame: Uint8Array; size: number; isLeft: boolean } => ({ name, frame, size: of, isLeft: true });
  const either = (name: string, frame: Uint8Array, of = size): { name: string; frame: Uint8Array; size: number; isLeft: boolean } => ({ name, frame, size: of, isLeft: false });
  return [
    left('nothing', new Uint8Array(0), 0), left('a skippable frame', skippable, 0),
    left('a frame behind a skippable one', Buffer.concat([skippable, sound])), left('a frame before a skippable one', Buffer.concat([sound, skippable])),
    left('two frames', Buffer.concat([sound, sound]), 2 * size), left('a byte more', Buffer.concat([sound, Uint8Array.of(0)])),
    left('another magic number', patched(0, (byte) => byte ^ 1)), left('a reserved bit', patched(4, (byte) => byte | 8)),
    either('an unused bit', patched(4, (byte) => byte | 16)),
    ...[[5], [5, 1], [1, 2, 3, 4]].map((id) => left('a dictionary', withDictionary(id))), ...[[0], [0, 0], [0, 0, 0, 0]].map((id) => either('no dictionary, by number', withDictionary(id))),
    left('a size beyond 32 bits', crafted({ contentSize: size + 2 ** 32 })), left('a size too large', crafted({ contentSize: size + 1 })), left('a size too small', crafted({ contentSize: size - 1 })),
    left('a window without end', crafted({ window: 255, contentSizeBytes: 8, contentSize: 2 ** 40 })), either('the largest window', crafted({ window: 255, contentSizeBytes: 0 })),
    left('a reserved block', patched(7, (byte) => byte | 6)),
    left('no last block', patched(7, (byte) => byte & ~1)),
    left('no checksum where one is', patched(4, (byte) => byte | 4)),
    either('a block larger than its window', block(new Array<number>(2000).fill(3), 2000, 'raw'), 2000),
    left('an empty compressed block', block([], 0), 0), left('a compressed block of a byte', block([0], 0), 0),
    either('a compressed block of nothing', block([0, 0], 0), 0),
    either('no sequences in two bytes', block([1 << 3, 65, 128, 0], 1), 1), left('bytes after no sequences', block([1 << 3, 65, 0, 0], 1), 1),
    left('literals without end', block([20 << 3, 1, 2, 3], 20), 20), left('no sequences section', block([3 << 3, 1, 2, 3], 3), 3),
    left('reserved bits of modes', block([1 << 3, 65, 1, 0x55, 0, 0, 0, 1], 4), 4),
    either('one sequence by RLE', block([1 << 3, 65, 1, 0x54, 1, 0, 0, 1], 4), 4),
    either('more repeated literals than a window has', block([1 | (3 << 2) | ((2000 & 15) << 4), 2000 >> 4, 0, 65, 0], 2000), 2000),
    // The offset before the first, less one: none.
    either('an offset of zero', block([0, 1, 0x54, 0, 1, 0, 3], 3), 3),
    either('an offset before the output', block([1 << 3, 65, 1, 0x54, 1, 3, 0, 8 | 5], 4), 4),
    left('a stream without its mark', block([1 << 3, 65, 1, 0x54, 1, 0, 0, 0], 4), 4),
    left('bits that are not read', block([1 << 3, 65, 1, 0x54, 1, 0, 0, 2], 4), 4),
    left('RLE of a literals length that is none', block([1 << 3, 65, 1, 0x54, 36, 0, 0, 1], 4), 4),
    left('RLE of an offset that is none', block([1 << 3, 65, 1, 0x54, 1, 32, 0, 1], 4), 4), left('RLE of a match length that is none', block([1 << 3, 65, 1, 0x54, 1, 0, 53, 1], 4), 4),
  ];
}

/** What Zstandard frames are made of: their headers, and those of blocks, literals and sequences (RFC 8878, section 3.1.1). */

export const MAGIC = 0xfd2fb528;

export const BLOCK_TYPES = ['raw', 'RLE', 'compressed'] as const;
const LITERALS_TYPES = ['raw', 'RLE', 'compressed', 'treeless'] as const;
export const MODES = ['predefined', 'RLE', 'compressed', 'repeat'] as const;

/** In the order of their modes and tables. */
export const KINDS = ['literals lengths', 'offsets', 'match lengths'] as const;

/** Sizes of the field by the two bits for it. */
export const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

export interface ParsedBlock {
  readonly type: typeof BLOCK_TYPES[number];
  /** What the header states: of an RLE block what it becomes, else what it takes. */
  readonly size: number;
  readonly body: Uint8Array;
}

export interface ParsedFrame {
  readonly isSingleSegment: boolean;
  /** 0 where the frame does not state its content's size. */
  readonly contentSizeBytes: number;
  readonly blocks: readonly ParsedBlock[];
  /** Null for none. */
  readonly checksum: Uint8Array | null;
}

/** The parts of a sound frame without a dictionary. Throws a `RangeError` where there are more bytes or fewer. */
export function parseFrame(frame: Uint8Array): ParsedFrame {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('no frame');
  const descriptor = frame[4];
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const contentSizeBytes = descriptor >> 6 === 0 && isSingleSegment ? 1 : CONTENT_SIZE_BYTES[descriptor >> 6];
  let at = 5 + (isSingleSegment ? 0 : 1) + contentSizeBytes;
  const blocks: ParsedBlock[] = [];
  for (let isLast = false; !isLast;) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    isLast = (header & 1) !== 0;
    const type = BLOCK_TYPES[(header >> 1) & 3];
    const size = header >> 3;
    const body = frame.subarray(at + 3, at + 3 + (type === 'RLE' ? 1 : size));
    blocks.push({ type, size, body });
    at += 3 + body.length;
  }
  const checksum = (descriptor & 4) === 0 ? null : frame.subarray(at, at + 4);
  if (at + (checksum?.length ?? 0) !== frame.length) throw new RangeError(`a frame of ${at} bytes in ${frame.length}`);
  return { isSingleSegment, contentSizeBytes, blocks, checksum };
}

/** Names of what occurs in a sound frame. */
export function featuresOf(frame: Uint8Array): string[] {
  const { isSingleSegment, contentSizeBytes, blocks, checksum } = parseFrame(frame);
  return [
    `content size of ${contentSizeBytes} bytes, ${isSingleSegment ? 'single segment' : 'window'}`,
    checksum === null ? 'no checksum' : 'checksum',
    blocks.length === 1 ? 'one block' : 'several blocks',
    ...blocks.flatMap((block, index) => [
      ...[`${block.type} block`].concat(block.size === 0 ? `empty ${block.type} block` : []).concat(index === 0 ? `${block.type} block first` : []),
      ...(block.type === 'compressed' ? featuresOfBlock(block.body) : []),
    ]),
  ];
}

function featuresOfBlock(body: Uint8Array): string[] {
  const type = LITERALS_TYPES[body[0] & 3];
  const format = (body[0] >> 2) & 3;
  const { features, length } = type === 'raw' || type === 'RLE' ? plainLiterals(body, type, format) : huffmanLiterals(body, type, format);
  return [`${type} literals`, ...features, ...featuresOfSequences(body.subarray(length))];
}

interface Section {
  readonly features: string[];
  readonly length: number;
}

/** A little-endian number of some bits, of the first 5 bytes. */
function bitsOf(bytes: Uint8Array, from: number, bits: number): number {
  const all = Array.from(bytes.subarray(0, 5)).reduce((sum, byte, index) => sum + byte * 2 ** (8 * index), 0);
  return Math.floor(all / 2 ** from) % 2 ** bits;
}

function plainLiterals(body: Uint8Array, type: 'raw' | 'RLE', format: number): Section {
  const headerLength = [1, 2, 1, 3][format];
  const size = bitsOf(body, headerLength === 1 ? 3 : 4, [5, 12, 5, 20][format]);
  const features = [`${type} literals with a header of ${headerLength} bytes`, ...(size === 0 ? [`no ${type} literals`] : [])];
  return { features, length: headerLength + (type === 'raw' ? size : 1) };
}

function huffmanLiterals(body: Uint8Array, type: 'compressed' | 'treeless', format: number): Section {
  const bits = [10, 10, 14, 18][format];
  const headerLength = [3, 3, 4, 5][format];
  const regenerated = bitsOf(body, 4, bits);
  const features = [
    `${type} literals in ${format === 0 ? 1 : 4} streams`,
    `${type} literals of size format ${format}`,
    ...(format !== 0 && regenerated % 4 !== 0 ? [`${type} literals in streams of unlike lengths`] : []),
    ...(type === 'treeless' ? [] : [body[headerLength] < 128 ? 'Huffman weights compressed by FSE' : 'Huffman weights as they are']),
  ];
  return { features, length: headerLength + bitsOf(body, 4 + bits, bits) };
}

function featuresOfSequences(section: Uint8Array): string[] {
  const [first] = section;
  if (first === 0) return ['no sequences'];
  const length = first < 128 ? 1 : first < 255 ? 2 : 3;
  return [`sequence count in ${length} bytes`, ...KINDS.map((kind, index) => `${kind}: ${MODES[(section[length] >> (6 - 2 * index)) & 3]}`)];
}

/** Everything that frames are to show, if not each of them. */
export const ALL_FEATURES: readonly string[] = [
  ...[1, 2, 4, 8].map((bytes) => `content size of ${bytes} bytes, single segment`),
  ...[0, 2, 4, 8].map((bytes) => `content size of ${bytes} bytes, window`),
  'checksum', 'no checksum', 'one block', 'several blocks',
  ...BLOCK_TYPES.flatMap((type) => [`${type} block`, `${type} block first`]),
  'empty raw block', 'empty RLE block',
  ...LITERALS_TYPES.map((type) => `${type} literals`),
  ...['raw', 'RLE'].flatMap((type) => [1, 2, 3].map((bytes) => `${type} literals with a header of ${bytes} bytes`)),
  'no raw literals',
  ...['compressed', 'treeless'].flatMap((type) => [
    ...[0, 1, 2, 3].map((format) => `${type} literals of size format ${format}`),
    ...[1, 4].map((streams) => `${type} literals in ${streams} streams`),
    `${type} literals in streams of unlike lengths`,
  ]),
  'Huffman weights compressed by FSE', 'Huffman weights as they are',
  'no sequences', ...[1, 2, 3].map((bytes) => `sequence count in ${bytes} bytes`),
  ...KINDS.flatMap((kind) => MODES.map((mode) => `${kind}: ${mode}`)),
];

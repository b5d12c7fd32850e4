import { MalformedError } from './errors';
import { decodeDictionaryIndices } from './rle';

/** Dictionary indices of one page after the other, in memory that is used again. */
export class DictionaryIndices {
  private indices = new Int32Array(0);

  /** Decodes `count` indices into a dictionary of `dictionarySize` entries. The array returned may be longer. */
  decode(bytes: Uint8Array, dictionarySize: number, count: number): Int32Array {
    if (this.indices.length < count) this.indices = new Int32Array(count);
    decodeDictionaryIndices(bytes, dictionarySize, count, this.indices, 0);
    return this.indices;
  }
}

/** The chunk's dictionary, which a dictionary-coded page must have before it. */
export function required<Dictionary>(dictionary: Dictionary | null): Dictionary {
  if (dictionary === null) throw new MalformedError('a dictionary-coded page without a dictionary page before it');
  return dictionary;
}

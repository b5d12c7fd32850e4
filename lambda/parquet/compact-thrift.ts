import { MalformedError } from './errors';

/** Type codes of Thrift's compact protocol (thrift-compact-protocol.md of apache/thrift). */
export const ThriftType = {
  STOP: 0, TRUE: 1, FALSE: 2, BYTE: 3, I16: 4, I32: 5, I64: 6, DOUBLE: 7, BINARY: 8, LIST: 9, SET: 10, MAP: 11, STRUCT: 12,
} as const;

const DEEPEST_NESTING = 32;

/** Reads Thrift's compact protocol from untrusted bytes: every step is checked against their end. */
export class CompactReader {
  private fieldId = 0;

  constructor(
    private readonly bytes: Uint8Array,
    public position: number,
    private readonly end: number,
  ) {}

  /** Begins a struct whose fields `nextField` will walk; structs inside it are to be skipped or begun in turn. */
  beginStruct(): void {
    this.fieldId = 0;
  }

  /** Back in the struct around the one just read, which was that struct's field `field`. */
  resumeStruct(field: number): void {
    this.fieldId = field;
  }

  /** Type of the struct's next field, `STOP` at its end; the field's number is then in `field`. */
  nextField(): number {
    const header = this.byte();
    const type = header & 0x0f;
    if (type === ThriftType.STOP) return type;
    const delta = header >>> 4;
    this.fieldId = delta === 0 ? this.int32() : this.fieldId + delta;
    return type;
  }

  get field(): number {
    return this.fieldId;
  }

  /** A zigzag-coded integer of at most 32 bits. */
  int32(): number {
    const zigzag = this.varint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** Walks over a value of any type; throws where it does not end within the bytes or nests absurdly deep. */
  skip(type: number, depth = 0): void {
    switch (type) {
      case ThriftType.TRUE:
      case ThriftType.FALSE:
        return;
      case ThriftType.BYTE:
        this.advance(1);
        return;
      case ThriftType.I16:
      case ThriftType.I32:
      case ThriftType.I64:
        this.skipVarint();
        return;
      case ThriftType.DOUBLE:
        this.advance(8);
        return;
      case ThriftType.BINARY:
        this.advance(this.varint());
        return;
      case ThriftType.LIST:
      case ThriftType.SET:
        this.skipList(depth);
        return;
      case ThriftType.STRUCT:
        this.skipStruct(depth);
        return;
      default:
        throw new MalformedError(`Thrift type ${type} has no place in Parquet`);
    }
  }

  private skipStruct(depth: number): void {
    if (depth > DEEPEST_NESTING) throw new MalformedError(`Thrift structs nest deeper than ${DEEPEST_NESTING}`);
    const outerField = this.fieldId;
    this.beginStruct();
    for (let type = this.nextField(); type !== ThriftType.STOP; type = this.nextField()) this.skip(type, depth + 1);
    this.fieldId = outerField;
  }

  private skipList(depth: number): void {
    if (depth > DEEPEST_NESTING) throw new MalformedError(`Thrift lists nest deeper than ${DEEPEST_NESTING}`);
    const header = this.byte();
    const short = header >>> 4;
    const length = short === 15 ? this.varint() : short;
    const stored = header & 0x0f;
    if (length > this.end - this.position) {
      throw new MalformedError(`a list claims ${length} entries, ${this.end - this.position} bytes are left`);
    }
    // In a list a boolean takes a byte of its own.
    const type = stored === ThriftType.TRUE || stored === ThriftType.FALSE ? ThriftType.BYTE : stored;
    for (let i = 0; i < length; i++) this.skip(type, depth + 1);
  }

  private byte(): number {
    if (this.position >= this.end) throw new MalformedError('Thrift data end in the middle of a value');
    return this.bytes[this.position++];
  }

  private advance(count: number): void {
    if (count > this.end - this.position) {
      throw new MalformedError(`a Thrift value of ${count} bytes, ${this.end - this.position} are left`);
    }
    this.position += count;
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new MalformedError('a 32-bit Thrift integer longer than 5 bytes');
  }

  private skipVarint(): void {
    for (let i = 0; i < 10; i++) if (this.byte() < 0x80) return;
    throw new MalformedError('a Thrift integer longer than 10 bytes');
  }
}

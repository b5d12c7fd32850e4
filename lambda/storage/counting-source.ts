import type { PartSource } from './storage';

/** Counts what is read of a source, for statistics. */
export class CountingSource implements PartSource {
  #bytesRead = 0;
  #readRequests = 0;

  constructor(private readonly source: PartSource) {}

  get name(): string {
    return this.source.name;
  }

  get byteLength(): number {
    return this.source.byteLength;
  }

  /** Bytes that arrived. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Reads asked for, failed ones included. */
  get readRequests(): number {
    return this.#readRequests;
  }

  async read(start: number, end: number, room?: Uint8Array): Promise<Uint8Array> {
    this.#readRequests++;
    const bytes = await this.source.read(start, end, room);
    this.#bytesRead += bytes.length;
    return bytes;
  }

  check(): Promise<void> {
    return this.source.check();
  }

  close(): Promise<void> {
    return this.source.close();
  }
}

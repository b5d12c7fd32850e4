/** The little of WebAssembly's interface that is used here: only the types of browsers have it, and those are not ours. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }

  class Instance {
    constructor(module: Module);
    readonly exports: unknown;
  }

  /** What has been loaded: named by the types of `zstddec`. */
  interface WebAssemblyInstantiatedSource {
    readonly instance: Instance;
  }

  interface Memory {
    readonly buffer: ArrayBuffer;
    /** Adds so many pages of 64 KiB. Throws where there are no more to be had. */
    grow(pages: number): number;
  }

  interface Global {
    readonly value: unknown;
  }
}

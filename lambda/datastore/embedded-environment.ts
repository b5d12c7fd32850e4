import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { open } from 'lmdb';
import type { RootDatabase } from 'lmdb';
import { EmbeddedTable } from './embedded-table';
import { DataFolderError, DatastoreFormatError } from './errors';

/** Raised whenever releases before could not read what is written now. */
const FORMAT = 1;

/** The LMDB environment of a data folder, which several processes may have open at once. */
export class EmbeddedEnvironment {
  private constructor(private readonly root: RootDatabase<Buffer, string>) {}

  /**
   * Opens the store in a data folder, made where it is missing, readable by its user only.
   *
   * @throws DataFolderError, DatastoreFormatError
   */
  static async open(folder: string): Promise<EmbeddedEnvironment> {
    const environment = new EmbeddedEnvironment(await openRoot(folder));
    try {
      await environment.#checkFormat(folder);
      return environment;
    } catch (error) {
      await environment.close();
      throw error;
    }
  }

  table<Value>(name: string): EmbeddedTable<Value> {
    return new EmbeddedTable(this.root.openDB<Buffer, string>({ name, encoding: 'binary' }));
  }

  /** Reads the latest committed state, that of other processes included. */
  read<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve) => {
      this.root.resetReadTxn();
      resolve(work());
    });
  }

  /** Runs reads and writes that no other writer of any process comes between. On disk when it resolves. */
  write<Result>(work: () => Result): Promise<Result> {
    return this.root.transaction(work);
  }

  /** Waits for writes that are under way. */
  close(): Promise<void> {
    return this.root.close();
  }

  async #checkFormat(folder: string): Promise<void> {
    const about = this.table<number>('about');
    const format = await this.write(() => {
      const found = about.get('format') ?? FORMAT;
      about.put('format', Math.max(found, FORMAT));
      return found;
    });
    if (format > FORMAT) {
      throw new DatastoreFormatError(folder, format, FORMAT);
    }
  }
}

async function openRoot(folder: string): Promise<RootDatabase<Buffer, string>> {
  const store = path.join(folder, 'datastore');
  try {
    await mkdir(store, { recursive: true, mode: 0o700 });
    // LMDB's own message would not name the right that is missing.
    await access(store, constants.R_OK | constants.W_OK | constants.X_OK);
    // Without overlapping sync, a commit is on disk once it is done. Writes are few, so there is no speed to be gained.
    return open<Buffer, string>({ path: store, encoding: 'binary', maxDbs: 16, overlappingSync: false });
  } catch (error) {
    throw new DataFolderError(folder, error);
  }
}

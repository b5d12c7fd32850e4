import type { Codes } from './codes';
import type { Column, FloatColumn } from './columns';
import { JudgedStrings } from './judged-strings';
import { magnitudesOf, type Magnitudes } from './split-sums';
import { codeValues, type ValueCodes } from './value-codes';

/** The columns of a part, in any order of its rows, and what is found out about each once for all queries. */
export class PartColumns {
  readonly #valueCodes = new Map<string, ValueCodes>();
  readonly #magnitudes = new Map<string, Magnitudes>();

  constructor(
    private readonly columns: ReadonlyMap<string, Column>,
    readonly rowCount: number,
    /** Does not depend on the order of rows. */
    readonly judgedStrings = new JudgedStrings(),
  ) {}

  /** @throws Error where the caller did not load the column: a mistake in the caller. */
  column(name: string): Column {
    const column = this.columns.get(name);
    if (column === undefined) throw new Error(`column '${name}' was not loaded; loaded are ${[...this.columns.keys()].join(', ')}`);
    return column;
  }

  /** The column's distinct values, numbered once per part. */
  valueCodes(name: string): ValueCodes {
    const known = this.#valueCodes.get(name);
    if (known !== undefined) return known;
    const codes = codeValues(this.column(name));
    this.#valueCodes.set(name, codes);
    return codes;
  }

  /** The magnitudes of a float column's values, found out once per part. */
  magnitudes(name: string, column: FloatColumn): Magnitudes {
    const known = this.#magnitudes.get(name);
    if (known !== undefined) return known;
    const magnitudes = magnitudesOf(column.values);
    this.#magnitudes.set(name, magnitudes);
    return magnitudes;
  }

  /** Whether codes are those of one of the columns. */
  protected isOfColumn(codes: Codes): boolean {
    for (const column of this.columns.values()) if (column.type === 'STRING' && column.codes === codes) return true;
    for (const known of this.#valueCodes.values()) if (known.codes === codes) return true;
    return false;
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Column } from '../../lambda/engine/columns';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { MemorySource } from './memory-source';

/** A real event stream written by DuckDB, which lies beside the repository where it is developed. */
const folder = join(__dirname, '../../../shared/data/ecom');
const names = ['user_id', 'timestamp', 'channel', 'price', 'quantity', 'logged_in'];
const whereGiven = existsSync(folder) ? it : it.skip;

whereGiven('a real event stream adds up to its published facts, over four codecs and both page versions', async () => {
  let rows = 0;
  const users = new Set<string>();
  const present: Record<string, number> = {};
  for (let part = 0; part < 4; part++) {
    const file = await openParquet(new MemorySource(readFileSync(join(folder, `part-0000${part}.parquet`))));
    rows += file.rowCount;
    const columns = await file.readColumns(names);
    columns.forEach((column, i) => {
      present[names[i]] = (present[names[i]] ?? 0) + presentRows(column);
      if (names[i] === 'user_id' && column.type === 'STRING') for (const code of column.codes.integers) users.add(column.dictionary[code]);
    });
  }
  expect(rows).toBe(31_106);
  expect(users.size).toBe(600);
  expect(present).toEqual({ user_id: 31_106, timestamp: 31_106, channel: 28_306, price: 9_093, quantity: 28_344, logged_in: 28_661 });
});

function presentRows(column: Column): number {
  switch (column.type) {
    case 'INT':
      return column.values.length - (column.nulls?.filter((isNull) => isNull === 1).length ?? 0);
    case 'FLOAT':
      return column.values.filter((value) => !Number.isNaN(value)).length;
    case 'BOOL':
      return column.values.filter((value) => value !== 2).length;
    case 'STRING':
      return column.codes.integers.filter((code) => code !== -1).length;
  }
}

import type { ColumnSchema, DatasetSchema } from '../../lambda/query/dataset-schema';
import type { ColumnType } from '../../lambda/query/expanded';

const column = (type: ColumnType, logical: ColumnSchema['logical'] = null): ColumnSchema => ({ type, logical });

/** The columns of an e-commerce event stream, with names that are awkward in JavaScript and in JSON Pointers. */
export const shop: DatasetSchema = {
  groupIdColumn: 'user_id',
  timestampColumn: 'timestamp',
  columns: new Map([
    ['user_id', column('STRING')],
    ['session_id', column('STRING')],
    ['event', { ...column('STRING'), topValues: ['home', 'search', 'purchase'] }],
    ['platform', column('STRING')],
    ['channel', column('STRING')],
    ['cohort', column('STRING')],
    ['timestamp', column('INT')],
    ['price', column('FLOAT')],
    ['quantity', column('INT')],
    ['logged_in', column('BOOL')],
    ['paid_at', column('INT', 'TIMESTAMP')],
    ['born', column('INT', 'DATE')],
    ['__proto__', column('INT')],
    ['constructor', column('STRING')],
    ['a/b~c', column('FLOAT')],
  ]),
  minTimestamp: 1_709_251_200_000,
  maxTimestamp: 1_717_200_000_000,
};

/** The same with a timestamp of another type or range. */
export function shopWith(timestamp: ColumnSchema, minTimestamp: DatasetSchema['minTimestamp'], maxTimestamp: DatasetSchema['maxTimestamp']): DatasetSchema {
  return { ...shop, columns: new Map([...shop.columns, ['timestamp', timestamp]]), minTimestamp, maxTimestamp };
}

import type { SchemaElement, TimeUnit } from 'hyparquet';
import type { ColumnType } from '../query/expanded';
import type { DecimalLayout } from './decimals';
import type { FloatSource } from './floats';
import type { IntegerSource } from './integers';

/** How the values of a column are decoded. */
export type Decoding =
  | { readonly kind: 'INTEGER'; readonly source: IntegerSource }
  | { readonly kind: 'FLOAT'; readonly source: FloatSource }
  | { readonly kind: 'DECIMAL'; readonly layout: DecimalLayout; readonly scale: number }
  | { readonly kind: 'BOOLEAN' }
  | { readonly kind: 'TEXT' };

export interface SupportedType {
  readonly type: ColumnType;
  readonly logical: 'DATE' | 'TIMESTAMP' | null;
  readonly dtypeName: string;
  readonly decoding: Decoding;
}

/** Why a column cannot be queried, in a word or two. */
export interface UnsupportedType {
  readonly reason: string;
}

const UNIT_NAME: Readonly<Record<TimeUnit, string>> = { MILLIS: 'ms', MICROS: 'us', NANOS: 'ns' };
const TIMESTAMP_SOURCE: Readonly<Record<TimeUnit, IntegerSource>> = { MILLIS: 'INT64', MICROS: 'MICROS', NANOS: 'NANOS' };

/**
 * The type of a flat column: by its logical type where it has one, else by the older converted type, else by how it is
 * stored (LogicalTypes.md of apache/parquet-format). An annotation over a storage that it does not go with is unsupported.
 */
export function typeOf(element: SchemaElement): SupportedType | UnsupportedType {
  return annotated(element) ?? { reason: `${annotationOf(element)} stored as ${storedAs(element)}` };
}

function annotationOf({ logical_type, converted_type }: SchemaElement): string {
  return (logical_type?.type ?? converted_type ?? 'unknown type').toLowerCase();
}

function storedAs({ type, type_length }: SchemaElement): string {
  return type === 'FIXED_LEN_BYTE_ARRAY' ? `fixed_len_byte_array(${type_length ?? 'no length'})` : (type ?? 'nothing').toLowerCase();
}

/** Undefined where annotation and storage do not go together. */
function annotated(element: SchemaElement): SupportedType | UnsupportedType | undefined {
  const { type, logical_type: logical, converted_type: converted } = element;
  switch (logical?.type ?? converted ?? (logical === undefined ? 'NONE' : 'FUTURE')) {
    case 'NONE':
      return stored(element);
    case 'STRING':
    case 'UTF8':
      return type === 'BYTE_ARRAY' ? text('string') : undefined;
    case 'ENUM':
      return type === 'BYTE_ARRAY' ? text('enum') : undefined;
    case 'JSON':
      return type === 'BYTE_ARRAY' ? text('json') : undefined;
    case 'INTEGER':
      return logical?.type === 'INTEGER' ? integer(element, logical.bitWidth, logical.isSigned) : undefined;
    case 'INT_8':
    case 'INT_16':
    case 'INT_32':
    case 'INT_64':
    case 'UINT_8':
    case 'UINT_16':
    case 'UINT_32':
    case 'UINT_64':
      return integer(element, Number(converted?.split('_')[1]), converted?.startsWith('INT') === true);
    case 'DATE':
      return type === 'INT32' ? int('DAYS', 'date', 'DATE') : undefined;
    case 'TIMESTAMP':
      return logical?.type === 'TIMESTAMP' ? timestamp(element, logical.unit) : undefined;
    case 'TIMESTAMP_MILLIS':
      return timestamp(element, 'MILLIS');
    case 'TIMESTAMP_MICROS':
      return timestamp(element, 'MICROS');
    case 'TIME':
      return logical?.type === 'TIME' ? time(element, logical.unit) : undefined;
    case 'TIME_MILLIS':
      return time(element, 'MILLIS');
    case 'TIME_MICROS':
      return time(element, 'MICROS');
    case 'DECIMAL':
      return decimal(element);
    case 'FLOAT16':
      return type === 'FIXED_LEN_BYTE_ARRAY' && element.type_length === 2 ? float('FLOAT16') : undefined;
    case 'NULL':
      return { reason: 'null (a column without a type)' };
    case 'FUTURE':
      return { reason: 'a logical type unknown to this reader' };
    case 'BSON':
    case 'GEOGRAPHY':
    case 'GEOMETRY':
    case 'INTERVAL':
    case 'LIST':
    case 'MAP':
    case 'MAP_KEY_VALUE':
    case 'UUID':
    case 'VARIANT':
      return { reason: annotationOf(element) };
  }
}

function stored(element: SchemaElement): SupportedType | UnsupportedType {
  switch (element.type) {
    case 'BOOLEAN':
      return { type: 'BOOL', logical: null, dtypeName: 'bool', decoding: { kind: 'BOOLEAN' } };
    case 'INT32':
      return int('INT32', 'int32');
    case 'INT64':
      return int('INT64', 'int64');
    case 'INT96':
      return int('INT96', 'timestamp[ns]', 'TIMESTAMP');
    case 'FLOAT':
    case 'DOUBLE':
      return float(element.type);
    case 'BYTE_ARRAY':
      return { reason: 'binary (bytes not marked as text)' };
    case 'FIXED_LEN_BYTE_ARRAY':
    case undefined:
      break;
  }
  return { reason: `binary, ${storedAs(element)}` };
}

function int(source: IntegerSource, dtypeName: string, logical: 'DATE' | 'TIMESTAMP' | null = null): SupportedType {
  return { type: 'INT', logical, dtypeName, decoding: { kind: 'INTEGER', source } };
}

function float(source: FloatSource): SupportedType {
  return { type: 'FLOAT', logical: null, dtypeName: source.toLowerCase(), decoding: { kind: 'FLOAT', source } };
}

function text(dtypeName: string): SupportedType {
  return { type: 'STRING', logical: null, dtypeName, decoding: { kind: 'TEXT' } };
}

function integer({ type }: SchemaElement, bitWidth: number, isSigned: boolean): SupportedType | undefined {
  const stored = bitWidth === 64 ? 'INT64' : 'INT32';
  if (type !== stored || ![8, 16, 32, 64].includes(bitWidth)) return undefined;
  return int(isSigned ? stored : `U${stored}`, `${isSigned ? '' : 'u'}int${bitWidth}`);
}

function timestamp({ type }: SchemaElement, unit: TimeUnit): SupportedType | undefined {
  return type === 'INT64' ? int(TIMESTAMP_SOURCE[unit], `timestamp[${UNIT_NAME[unit]}]`, 'TIMESTAMP') : undefined;
}

/** Times of day stay what is stored, in their own unit. */
function time({ type }: SchemaElement, unit: TimeUnit): SupportedType | undefined {
  const stored = unit === 'MILLIS' ? 'INT32' : 'INT64';
  return type === stored ? int(stored, `time[${UNIT_NAME[unit]}]`) : undefined;
}

function decimal(element: SchemaElement): SupportedType | undefined {
  const { logical_type: logical } = element;
  const scale = (logical?.type === 'DECIMAL' ? logical.scale : element.scale) ?? 0;
  const precision = (logical?.type === 'DECIMAL' ? logical.precision : element.precision) ?? 0;
  const layout = decimalLayout(element);
  if (layout === undefined || !Number.isInteger(scale)) return undefined;
  return { type: 'FLOAT', logical: null, dtypeName: `decimal(${precision},${scale})`, decoding: { kind: 'DECIMAL', layout, scale } };
}

function decimalLayout({ type, type_length }: SchemaElement): DecimalLayout | undefined {
  switch (type) {
    case 'INT32':
      return { physicalType: 'INT32', width: 4 };
    case 'INT64':
      return { physicalType: 'INT64', width: 8 };
    case 'BYTE_ARRAY':
      return null;
    case 'FIXED_LEN_BYTE_ARRAY':
      return type_length !== undefined && type_length > 0 ? { physicalType: type, width: type_length } : undefined;
    case 'BOOLEAN':
    case 'FLOAT':
    case 'DOUBLE':
    case 'INT96':
    case undefined:
      break;
  }
  return undefined;
}

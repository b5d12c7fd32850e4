import * as z from 'zod';
import { SchemaError } from '../query/errors';
import type { RegisterRequest } from './service';

/** Bounded so that every name fits any datastore's keys and a URL. */
const MAX_NAME_LENGTH = 512;

const datasetName = z
  .string()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .refine(isAddressable, "Cannot be part of a URL: '.', '..' and broken Unicode are refused")
  .meta({ description: 'Any text; in a URL it is percent-encoded.', examples: ['shop'] });

/** The one source of what a registration request is: checks requests and describes them in the OpenAPI document. */
export const registerRequestSchema = z.strictObject({
  name: datasetName,
  basepath: z.string().min(1).meta({ description: 'Folder or s3://bucket/prefix that holds the Parquet files.' }),
  groupIdColumn: z.string().min(1).meta({ description: 'Integer or string column without nulls; all rows of a group lie in one file.' }),
  timestampColumn: z.string().min(1).meta({ description: 'Numeric or timestamp column without nulls.' }),
  pattern: z.string().min(1).optional().meta({ description: 'Glob of file names; default *.parquet.' }),
  validationMode: z.enum(['SINGLE', 'FIRST_LAST', 'SAMPLE']).optional().meta({ description: 'Which files are read and compared; default SAMPLE.' }),
  validateUniques: z.boolean().optional().meta({ description: 'Whether to check that no group lies in two of the files read; default true.' }),
});

/** @throws SchemaError with a pointer to what is wrong */
export function parseRegisterRequest(request: unknown): RegisterRequest {
  const parsed = registerRequestSchema.safeParse(request);
  if (parsed.success) {
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...issue.path, ...unknownKey].map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  throw new SchemaError(`Registration request${path === '' ? '' : `, ${path}`}: ${issue.message}.`, path);
}

function isAddressable(name: string): boolean {
  try {
    encodeURIComponent(name);
  } catch {
    return false;
  }
  return name !== '.' && name !== '..';
}

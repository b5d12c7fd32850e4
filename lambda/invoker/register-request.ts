import * as z from 'zod';
import { SchemaError } from '../query/errors';
import { pointerOf } from '../query/pointer';
import { closedObject, factsOf, must, oneOfWords } from '../query/schema-parts';
import type { RegisterRequest } from './service';

/** Bounded so that every name fits any datastore's keys and a URL. */
const MAX_NAME_LENGTH = 512;

const text = z.string({ error: must('a non-empty text') }).min(1, { error: must('a non-empty text') });
const nameLength = must(`a text of 1 to ${MAX_NAME_LENGTH} characters`);

const datasetName = z
  .string({ error: nameLength })
  .min(1, { error: nameLength })
  .max(MAX_NAME_LENGTH, { error: nameLength })
  .refine(isAddressable, { error: "must be possible in a URL, unlike '.', '..' and broken Unicode" })
  .meta({ description: 'Any text; in a URL it is percent-encoded.', examples: ['shop'] });

/** The one source of what a registration request is: checks requests and describes them in the OpenAPI document. */
export const registerRequestSchema = closedObject({
  name: datasetName,
  basepath: text.meta({ description: 'Folder or s3://bucket/prefix that holds the Parquet files.' }),
  groupIdColumn: text.meta({ description: 'Integer or string column without nulls; all rows of a group lie in one file.' }),
  timestampColumn: text.meta({ description: 'Numeric or timestamp column without nulls.' }),
  pattern: text.optional().meta({ description: 'Glob of file names; default *.parquet.' }),
  validationMode: oneOfWords(['SINGLE', 'FIRST_LAST', 'SAMPLE']).optional().meta({ description: 'Which files are read and compared; default SAMPLE.' }),
  validateUniques: z
    .boolean({ error: must('true or false') })
    .optional()
    .meta({ description: 'Whether to check that no group lies in two of the files read; default true.' }),
});

/** @throws SchemaError with a pointer to what is wrong */
export function parseRegisterRequest(request: unknown): RegisterRequest {
  const parsed = registerRequestSchema.safeParse(request, { reportInput: true });
  if (parsed.success) {
    return parsed.data;
  }
  const { issues } = parsed.error;
  // A misspelt property says more than the missing one that was meant.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const { unknownKey } = factsOf(issue);
  const path = [...issue.path.map(String), ...(unknownKey === undefined ? [] : [unknownKey])];
  throw new SchemaError(`${path.length === 0 ? 'The registration request' : path.join('.')} ${issue.message}.`, pointerOf(path));
}

function isAddressable(name: string): boolean {
  try {
    encodeURIComponent(name);
  } catch {
    return false;
  }
  return name !== '.' && name !== '..';
}

import * as z from 'zod';
import type { Numeric, Scalar } from './expanded';
import { oneOf, show, suggestion } from './wording';

/** What a choice of shapes answers where the input means none of them: what is wrong, and at which key if not all over. */
export class NoChoice {
  constructor(
    readonly message: string,
    readonly key?: PropertyKey,
  ) {}
}

/** Names the option that the input evidently means, whether or not it then fits. */
export type Pick<K> = (input: unknown) => K | NoChoice;

/** Makes one schema of several options; the result's type is the union of theirs. */
export type Choose = <O extends Record<string, z.ZodType>>(options: O, pick: Pick<keyof O>) => z.ZodType<z.infer<O[keyof O]>>;

/**
 * For reading: judges the input by the option it evidently means. A union would report why it is none of its members,
 * which tells nobody what to change.
 */
export const chooseMeant: Choose = <O extends Record<string, z.ZodType>>(options: O, pick: Pick<keyof O>) =>
  z.custom<z.infer<O[keyof O]>>().check(({ value, issues }) => {
    const picked = pick(value);
    if (picked instanceof NoChoice) {
      const { message, key } = picked;
      issues.push(key === undefined ? { code: 'custom', message, input: value } : { code: 'custom', message, input: valueAt(value, key), path: [key] });
      return;
    }
    const result = options[picked].safeParse(value, { reportInput: true });
    for (const issue of result.error?.issues ?? []) {
      const { message, path, input } = issue;
      issues.push({ code: 'custom', message, path, input, params: { ...factsOf(issue) } });
    }
  });

/** What the answer to a user depends on, besides place and message. */
export interface IssueFacts {
  /** A property that its object does not take. */
  readonly unknownKey?: string;
  /** The most items that a list takes, where it has more. */
  readonly limit?: number;
}

export function factsOf(issue: z.core.$ZodIssue): IssueFacts {
  if (issue.code === 'unrecognized_keys') return { unknownKey: issue.keys[0] };
  return issue.code === 'custom' ? (issue.params ?? {}) : {};
}

/** For publishing: a plain union, `anyOf` in JSON Schema. */
export const chooseAny: Choose = <O extends Record<string, z.ZodType>>(options: O) => z.union(Object.values(options) as O[keyof O][]);

/** The message of a value that is not what it must be. Messages complete a sentence that begins with the place. */
export function must(be: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => (input === undefined ? `must be ${be}` : `must be ${be}, not ${show(input)}`);
}

/**
 * An object that takes these properties and no others.
 *
 * @param known what to suggest for an unknown property, where the object is one of several kinds
 */
export function closedObject<S extends z.core.$ZodLooseShape>(shape: S, known: readonly string[] = Object.keys(shape)) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? unknownProperty(String(issue.keys[0]), known) : must('an object')(issue),
  });
}

/** A property that stands here by mistake: the message says where it belongs. Published schemas leave it out. */
export function misuse(message: string) {
  return z.never({ error: message }).optional();
}

export function isMisuse(schema: unknown): boolean {
  return schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodNever;
}

/** A list of at most `maximum` items; longer ones are a matter of LimitError. */
export function limited<S extends z.ZodType<readonly unknown[]>>(list: S, maximum: number): S {
  return list
    .refine((items) => items.length <= maximum, {
      error: ({ input }) => `takes at most ${maximum} items, not ${Array.isArray(input) ? input.length : 'more'}`,
      params: { limit: maximum } satisfies IssueFacts,
    })
    .meta({ maxItems: maximum });
}

export function oneOfWords<const W extends readonly string[]>(words: W) {
  return z.enum(words, { error: must(words.length === 1 ? show(words[0]) : `one of ${oneOf(words.map(show))}`) });
}

/** Any finite JSON number, with bigints. */
export function numberWhere(accepts: (value: Numeric) => boolean, be: string, jsonSchema: z.core.JSONSchema.BaseSchema) {
  return z.custom<Numeric>((value) => isNumeric(value) && accepts(value), { error: must(be) }).meta({ ...jsonSchema });
}

export function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
}

export function isWhole(value: Numeric): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

export function isScalar(value: unknown): value is Scalar {
  return isNumeric(value) || typeof value === 'string' || typeof value === 'boolean';
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an own property or item; undefined where there is none. */
export function valueAt(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

function unknownProperty(key: string, known: readonly string[]): string {
  return `is no property known here${suggestion(key, known)} (there are ${known.join(', ')})`;
}

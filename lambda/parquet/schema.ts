import type { SchemaElement } from 'hyparquet';
import type { SupportedType } from './column-types';
import { typeOf } from './column-types';
import { MalformedError } from './errors';

/** A column that can be read. */
export interface FlatColumn extends SupportedType {
  readonly name: string;
  /** Position among the leaves of the schema, which is that of its chunk in every row group. */
  readonly leaf: number;
  readonly physicalType: string;
  /** Whether rows may be null. */
  readonly optional: boolean;
}

export interface Schema {
  readonly flat: readonly FlatColumn[];
  readonly unsupported: readonly { readonly name: string; readonly reason: string }[];
  readonly leafCount: number;
}

/** Sorts the columns of a schema, which is its tree in depth-first order, into flat ones of known types and all others. */
export function readSchema(elements: readonly SchemaElement[]): Schema {
  const root = elements[0];
  if (root === undefined) throw new MalformedError('an empty schema');
  const flat: FlatColumn[] = [];
  const unsupported: { name: string; reason: string }[] = [];
  const names = new Set<string>();
  let next = 1;
  let leaf = 0;
  for (let column = 0; column < (root.num_children ?? 0); column++) {
    const element = elements[next];
    if (element === undefined) throw new MalformedError(`a schema of ${root.num_children} columns that ends after ${column}`);
    const { name } = element;
    if (typeof name !== 'string') throw new MalformedError(`column ${column} has no name`);
    if (names.has(name)) throw new MalformedError(`two columns are named ${JSON.stringify(name)}`);
    names.add(name);
    const subtree = subtreeOf(elements, next);
    if (isGroup(element)) unsupported.push({ name, reason: groupReason(element) });
    else if (element.repetition_type === 'REPEATED') unsupported.push({ name, reason: 'list<…>' });
    else {
      const type = typeOf(element);
      if ('reason' in type) unsupported.push({ name, reason: type.reason });
      else flat.push({ ...type, name, leaf, physicalType: element.type ?? '', optional: element.repetition_type === 'OPTIONAL' });
    }
    next += subtree.elements;
    leaf += subtree.leaves;
  }
  if (next !== elements.length) throw new MalformedError(`a schema of ${elements.length} elements, of which ${next} belong to columns`);
  return { flat, unsupported, leafCount: leaf };
}

function isGroup(element: SchemaElement): boolean {
  return element.type === undefined;
}

function subtreeOf(elements: readonly SchemaElement[], start: number): { elements: number; leaves: number } {
  let leaves = 0;
  let next = start;
  for (let expected = 1; expected > 0; expected--) {
    const element = elements[next++];
    if (element === undefined) throw new MalformedError('a schema that ends within a group');
    const children = element.num_children ?? 0;
    if (children < 0 || (children > 0 && !isGroup(element))) throw new MalformedError(`${children} children of ${JSON.stringify(element.name)}`);
    if (!isGroup(element)) leaves++;
    expected += children;
  }
  return { elements: next - start, leaves };
}

function groupReason({ logical_type, converted_type, repetition_type }: SchemaElement): string {
  const annotation = logical_type?.type ?? converted_type;
  if (annotation === 'LIST' || repetition_type === 'REPEATED') return 'list<…>';
  if (annotation === 'MAP' || annotation === 'MAP_KEY_VALUE') return 'map<…>';
  return annotation === 'VARIANT' ? 'variant' : 'struct<…>';
}

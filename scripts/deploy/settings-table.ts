import { z } from 'zod';
import { environmentSchema } from '../../lib/config';

/** The part of JSON Schema that the settings are told in. */
interface SettingSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly items?: SettingSchema;
  readonly anyOf?: readonly SettingSchema[];
  readonly oneOf?: readonly SettingSchema[];
}

/** The settings as a Markdown table, from their schema: docs/operating.md holds it, and a test compares. */
export function settingsTable(): string {
  const schema = z.toJSONSchema(environmentSchema, { io: 'input', unrepresentable: 'any' }) as SettingSchema;
  return ['| setting | default | may be | does, and costs |', '|---|---|---|---|', ...rows(schema, '')].join('\n');
}

function rows(schema: SettingSchema, path: string): string[] {
  const alternatives = schema.oneOf ?? (schema.anyOf?.some(({ properties }) => properties) ? schema.anyOf : undefined);
  if (alternatives) {
    return alternatives.flatMap((alternative) => rows(alternative, `${path}(${String(alternative.properties?.kind?.const)})`));
  }
  const holder = schema.properties ? schema : schema.items;
  const own = path !== '' && schema.description !== undefined ? [row(schema, path)] : [];
  if (!holder?.properties) {
    return own.length > 0 || path === '' || schema.const !== undefined ? own : [row(schema, path)];
  }
  const step = path === '' ? '' : schema.items ? `${path}[].` : `${path}.`;
  return [...own, ...Object.entries(holder.properties).flatMap(([name, inner]) => rows(inner, `${step}${name}`))];
}

function row(schema: SettingSchema, path: string): string {
  const given = schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``;
  return `| \`${path}\` | ${given} | ${range(schema)} | ${schema.description ?? ''} |`;
}

function range(schema: SettingSchema): string {
  const choices = schema.enum ?? schema.anyOf?.map((choice) => choice.const);
  if (choices) {
    return choices.map((choice) => `\`${String(choice)}\``).join(' ');
  }
  if (schema.minimum !== undefined && schema.maximum !== undefined) {
    return `${schema.minimum.toLocaleString('en')} – ${schema.maximum.toLocaleString('en')}`;
  }
  return schema.type === 'array' ? 'list' : schema.type ?? '';
}

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildApp } from '../../lib/build-app';
import { readSettings } from '../../lib/read-settings';
import { environments } from './environments';
import type { EnvironmentName } from './environments';

// The validator has a test of its own, and takes seconds per process.
process.env.CDK_VALIDATION = 'false';

const repository = path.resolve(__dirname, '../..');

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export type StackName = 'network' | 'datastore' | 'worker' | 'query-api' | 'observability';
export const stackNames: readonly StackName[] = ['network', 'datastore', 'worker', 'query-api', 'observability'];

/** An app with the flags of cdk.json, its functions unbundled (which takes seconds), before it is synthesized. */
export function appOf(environment: EnvironmentName): App {
  const { context } = JSON.parse(readFileSync(path.join(repository, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({
    outdir: mkdtempSync(path.join(tmpdir(), `frocket-${environment}-`)),
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
  });
  buildApp(app, readSettings(environment, environments[environment]));
  return app;
}

/** Stands for a stack that an environment does without. */
const empty: Template = { Resources: {} };

const synthesized = new Map<EnvironmentName, Readonly<Record<StackName, Template>>>();

/** The templates of an environment; each environment is synthesized once per test file. */
export function templatesOf(environment: EnvironmentName): Readonly<Record<StackName, Template>> {
  const known = synthesized.get(environment);
  if (known) {
    return known;
  }
  const assembly = appOf(environment).synth();
  const templates = Object.fromEntries(
    stackNames.map((name) => [name, assembly.stacks.find(({ stackName }) => stackName === `frocket-${environment}-${name}`)?.template ?? empty]),
  ) as Record<StackName, Template>;
  synthesized.set(environment, templates);
  return templates;
}

/** The resources of one type, by logical ID. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, Resource>> {
  return Object.fromEntries(Object.entries(template.Resources).filter(([, resource]) => resource.Type === type));
}

/** The one resource of its type. */
export function theResource(template: Template, type: string): Resource {
  const found = Object.values(resourcesOf(template, type));
  if (found.length !== 1) {
    throw new Error(`The template has ${found.length} resources of type ${type}; it should have one.`);
  }
  return found[0];
}

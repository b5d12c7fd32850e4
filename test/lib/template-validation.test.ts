import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import { environmentNames } from './environments';
import { resourcesOf, stackNames, templatesOf } from './synthesize';
import type { StackName, Template } from './synthesize';

// One engine for all templates: it takes seconds to start, and milliseconds per template.
const engine = new CelEngine();
afterAll(() => engine.free());
const folder = mkdtempSync(path.join(tmpdir(), 'frocket-validate-'));

/** Warnings that tell of style; all others count, for a value outside its enumeration is a warning only (W3030). */
const harmless = new Set([
  'W3005', // a dependency that the CDK declares though a reference implies it
  'W9013', // account IDs in ARNs that an environment file names
]);

/** AWS's own schemas and rules on a template: what is wrong with it. */
function findings(template: unknown, name: string): string[] {
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(template));
  const report = engine.validateStandard(new TemplateFile(file));
  const wrong = report.diagnostics.filter(({ severity, ruleId }) => ['FATAL', 'ERROR', 'WARN'].includes(severity) && !harmless.has(ruleId));
  return [...(report.status === 'OK' ? [] : [`status ${report.status}`]), ...wrong.map(({ ruleId, message, entity }) => `${ruleId} ${entity?.logicalId ?? ''}: ${message}`)];
}

const cases = environmentNames.flatMap((environment) => stackNames.map((stack) => [environment, stack] as const))
  .filter(([environment, stack]) => Object.keys(templatesOf(environment)[stack].Resources).length > 0);

test.each(cases)('%s/%s is a template that AWS\'s schemas accept', (environment, stack) => {
  expect(findings(templatesOf(environment)[stack], `${environment}-${stack}`)).toEqual([]);
});

/** A template with one property of its first resource of a type made wrong. */
function seeded(stack: StackName, type: string, spoil: (properties: Record<string, unknown>, resource: Record<string, unknown>) => void): Template {
  const copy = structuredClone(templatesOf('default')[stack]);
  const [resource] = Object.values(resourcesOf(copy, type)) as unknown as { Properties: Record<string, unknown> }[];
  spoil(resource.Properties, resource);
  return copy;
}

describe('the validator sees', () => {
  test.each<[string, Template]>([
    ['a misspelled property', seeded('worker', 'AWS::Lambda::Function', (properties) => { properties.MemorySise = 1769; })],
    ['a missing property', seeded('worker', 'AWS::Lambda::Function', (properties) => { delete properties.Role; })],
    ['a value of the wrong type', seeded('worker', 'AWS::Lambda::Function', (properties) => { properties.Timeout = 'soon'; })],
    ['a retired runtime', seeded('worker', 'AWS::Lambda::Function', (properties) => { properties.Runtime = 'nodejs12.x'; })],
    ['a reference to nothing', seeded('datastore', 'AWS::ElastiCache::ReplicationGroup', (properties) => { properties.CacheSubnetGroupName = { Ref: 'Nowhere' }; })],
    ['an attribute that does not exist', seeded('query-api', 'AWS::Lambda::Function', (properties) => { properties.Role = { 'Fn::GetAtt': ['InvokerRole4DB2757E', 'Name'] }; })],
    ['an unknown resource type', seeded('network', 'AWS::EC2::VPC', (_, resource) => { resource.Type = 'AWS::EC2::VPCs'; })],
    ['a bad enumeration value', seeded('datastore', 'AWS::S3::Bucket', (properties) => { properties.VersioningConfiguration = { Status: 'On' }; })],
  ])('%s', (name, template) => {
    expect(findings(template, name.replaceAll(' ', '-'))).not.toEqual([]);
  });
});

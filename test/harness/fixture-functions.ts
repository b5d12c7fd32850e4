import path from 'node:path';
import { lambdaDefaults } from './function-definition';
import type { FunctionDefinition } from './function-definition';
import { account, region } from './intrinsics';

const fixtures = path.join(__dirname, 'fixtures');

/** A function of the fixtures folder, by its handler. */
export function fixtureFunction(handler: string, change: Partial<FunctionDefinition> = {}): FunctionDefinition {
  const name = change.name ?? handler.replaceAll('.', '-');
  return {
    name,
    arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
    handler,
    runtime: 'nodejs24.x',
    ...lambdaDefaults,
    environment: {},
    code: path.join(fixtures, 'task'),
    layers: [path.join(fixtures, 'layer')],
    reservedConcurrency: null,
    ...change,
  };
}

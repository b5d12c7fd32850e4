import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Settings } from '../config';

/** What the invoker does by the clock; `lambda/invoker/schedules.ts` has the other side. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { prebaked, queueWorkers }: Settings, invoker: IFunction) {
    super(scope, id);
    const run = (name: string, schedule: string, event: object, description: string) =>
      new Rule(this, name, {
        description,
        schedule: Schedule.expression(schedule),
        // What could not be started soon is done at the next time.
        targets: [new LambdaFunction(invoker, { event: RuleTargetInput.fromObject(event), retryAttempts: 2, maxEventAge: Duration.minutes(5) })],
      });
    if (queueWorkers) {
      run('QueueLength', 'rate(1 minute)', { queueLength: true }, 'Tells the length of the queue, which workers are scaled by');
    }
    for (const { name, dataset, query, schedule } of prebaked) {
      run(`Prebaked-${name}`, schedule, { prebake: { name, dataset, query } }, `Runs the query '${name}' ahead`);
    }
    if (queueWorkers || prebaked.length > 0) {
      invoker.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(5) });
    }
  }
}

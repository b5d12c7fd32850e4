import type { Writable } from 'node:stream';
import { MetricUnit, Metrics as FunctionMetrics } from '@aws-lambda-powertools/metrics';
import { Hono } from 'hono';
import { streamHandle } from 'hono/aws-lambda';
import { openFunctionService } from './function-service';
import type { FunctionService } from './function-service';
import { parseScheduledEvent } from './schedules';
import type { ScheduledEvent } from './schedules';
import type { QueryStats } from './service';

/** What Lambda's runtime gives functions that stream their responses. */
declare const awslambda: {
  streamifyResponse(handler: (event: unknown, response: Writable, context: unknown) => Promise<void>): unknown;
};

const metrics = new FunctionMetrics();
let cold = true;
let opened: Promise<FunctionService> | null = null;

/** Kept for the environment's life; opened anew where opening failed. */
async function service(): Promise<FunctionService> {
  opened ??= openFunctionService(process.env, countQuery);
  try {
    return await opened;
  } catch (error) {
    opened = null;
    throw error;
  }
}

const routes = new Hono();
routes.all('*', async (context) => (await service()).fetch(context.req.raw));
const respond = streamHandle(routes);

/** The invoker's Lambda function: answers requests of a REST API, as streams, and does what is scheduled. */
export const handler = awslambda.streamifyResponse(async (event, response, context) => {
  if (cold) {
    cold = false;
    metrics.addMetric('ColdStart', MetricUnit.Count, 1);
  }
  try {
    const scheduled = parseScheduledEvent(event);
    if (scheduled !== null) {
      await runOnSchedule(scheduled, response);
      return;
    }
    // Hono declares the type of buffered handlers; those that stream take the response second.
    const responded: unknown = Reflect.apply(respond, undefined, [event, response, context]);
    await responded;
    // The client has its answer; a job that it will come back for has to end before Lambda freezes the function.
    await (await service()).settle();
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
});

/** Nobody reads the answer but whoever tries the function out. What fails, fails the invocation, and is counted as that. */
async function runOnSchedule(event: ScheduledEvent, response: Writable): Promise<void> {
  const result = await (await service()).runScheduled(event);
  if ('queueLength' in result) {
    metrics.addMetric('QueueLength', MetricUnit.Count, result.queueLength);
  }
  response.end(JSON.stringify(result));
}

/** Tasks and cost are counted with the query whose job they were. */
function countQuery({ totalTime, invoker, cost, answer }: QueryStats): void {
  metrics.addMetric('Queries', MetricUnit.Count, 1);
  metrics.addMetric('QueryDuration', MetricUnit.Milliseconds, totalTime * 1000);
  if (answer.from !== 'job') {
    return;
  }
  metrics.addMetric('Tasks', MetricUnit.Count, invoker.totalTasks);
  metrics.addMetric('TaskRetries', MetricUnit.Count, invoker.retries);
  metrics.addMetric('QueryCost', MetricUnit.NoUnit, cost);
}
